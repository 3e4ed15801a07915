rockspec_format = "3.0"
package = "personalize-emulator"
version = "scm-1"
source = {
   url = "git+https://github.com/personalize-lua/personalize.git",
}
description = {
   summary = "An emulator of Sitecore Personalize's Connection API",
   detailed = [[
A real HTTP server on a real database that speaks the published Connection API, for
tests and for exploring without a tenant. It runs inside the calling process.]],
   homepage = "https://github.com/personalize-lua/personalize",
   license = "MIT",
   labels = { "http", "testing", "sitecore" },
}
supported_platforms = { "linux", "macosx", "freebsd" }
dependencies = {
   "lua >= 5.1, < 5.6", -- of these 5.4, 5.5 and LuaJIT, which calls itself 5.1: the build refuses others
   "personalize",
}
-- Libraries alone: LuaRocks looks for headers in one folder, and Debian has those of libcurl in another.
external_dependencies = {
   CURL = { library = "curl" },
   MICROHTTPD = { library = "microhttpd" },
   SQLITE = { library = "sqlite3" },
}
-- GNU make and a C compiler build it; pkg-config is asked for no library whose folders are given here.
build = {
   type = "make",
   build_target = "rock-emulator",
   install_target = "rock-install-emulator",
   build_variables = {
      CC = "$(CC)",
      CFLAGS = "$(CFLAGS)",
      LUA_INCDIR = "$(LUA_INCDIR)",
      CURL_INCDIR = "$(CURL_INCDIR)",
      CURL_LIBDIR = "$(CURL_LIBDIR)",
      MICROHTTPD_INCDIR = "$(MICROHTTPD_INCDIR)",
      MICROHTTPD_LIBDIR = "$(MICROHTTPD_LIBDIR)",
      SQLITE_INCDIR = "$(SQLITE_INCDIR)",
      SQLITE_LIBDIR = "$(SQLITE_LIBDIR)",
      WERROR = "",
   },
   install_variables = {
      CC = "$(CC)",
      CFLAGS = "$(CFLAGS)",
      LUA_INCDIR = "$(LUA_INCDIR)",
      CURL_INCDIR = "$(CURL_INCDIR)",
      CURL_LIBDIR = "$(CURL_LIBDIR)",
      MICROHTTPD_INCDIR = "$(MICROHTTPD_INCDIR)",
      MICROHTTPD_LIBDIR = "$(MICROHTTPD_LIBDIR)",
      SQLITE_INCDIR = "$(SQLITE_INCDIR)",
      SQLITE_LIBDIR = "$(SQLITE_LIBDIR)",
      INST_LUADIR = "$(LUADIR)",
      INST_LIBDIR = "$(LIBDIR)",
   },
}

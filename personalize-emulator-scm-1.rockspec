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
supported_platforms = { "linux" }
dependencies = {
   "lua >= 5.1, < 5.5",
   "personalize",
}
external_dependencies = {
   CURL = { library = "curl" },
   MICROHTTPD = { library = "microhttpd" },
   SQLITE = { library = "sqlite3" },
}
build = {
   type = "make",
   build_target = "rock-emulator",
   install_target = "rock-install-emulator",
   build_variables = {
      CC = "$(CC)",
      CFLAGS = "$(CFLAGS)",
      LUA_INCDIR = "$(LUA_INCDIR)",
      WERROR = "",
   },
   install_variables = {
      LUA_INCDIR = "$(LUA_INCDIR)",
      INST_LUADIR = "$(LUADIR)",
      INST_LIBDIR = "$(LIBDIR)",
   },
}

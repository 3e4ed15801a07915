rockspec_format = "3.0"
package = "personalize"
version = "scm-1"
source = {
   url = "git+https://github.com/personalize-lua/personalize.git",
}
description = {
   summary = "Automates the connections of Sitecore Personalize",
   detailed = [[
Lists, retrieves, creates, updates and tests the connections of Sitecore Personalize
from Lua 5.4, Lua 5.5, OpenResty and the REPL. A C core wraps libcurl and a JSON codec that
loses nothing.]],
   homepage = "https://github.com/personalize-lua/personalize",
   license = "MIT",
   labels = { "http", "json", "openresty", "sitecore" },
}
supported_platforms = { "linux", "macosx", "freebsd" }
dependencies = {
   "lua >= 5.1, < 5.6", -- of these 5.4, 5.5 and LuaJIT, which calls itself 5.1: the build refuses others
   -- The command, which this rock installs, needs it: a command that starts is worth one file of Lua. lua-cjson is not
   -- here, because nothing needs it: where it is loaded, the two understand each other's null and arrays.
   "argparse >= 0.7.1",
}
-- Libraries alone: LuaRocks looks for headers in one folder, and Debian has those of libcurl in another.
external_dependencies = {
   CURL = { library = "curl" },
}
-- GNU make and a C compiler build it; pkg-config is asked for no library whose folders are given here.
build = {
   type = "make",
   build_target = "rock-core",
   install_target = "rock-install-core",
   build_variables = {
      CC = "$(CC)",
      CFLAGS = "$(CFLAGS)",
      LUA_INCDIR = "$(LUA_INCDIR)",
      CURL_INCDIR = "$(CURL_INCDIR)",
      CURL_LIBDIR = "$(CURL_LIBDIR)",
      WERROR = "",
   },
   install_variables = {
      CC = "$(CC)",
      CFLAGS = "$(CFLAGS)",
      LUA_INCDIR = "$(LUA_INCDIR)",
      CURL_INCDIR = "$(CURL_INCDIR)",
      CURL_LIBDIR = "$(CURL_LIBDIR)",
      INST_LUADIR = "$(LUADIR)",
      INST_LIBDIR = "$(LIBDIR)",
   },
   install = { bin = { "bin/personalize" } },
   -- the JSON Schema of a connection's file
   copy_directories = { "schema" },
}

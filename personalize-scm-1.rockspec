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
from Lua 5.4, OpenResty and the REPL. A C core wraps libcurl and a JSON codec that
loses nothing.]],
   homepage = "https://github.com/personalize-lua/personalize",
   license = "MIT",
   labels = { "http", "json", "openresty", "sitecore" },
}
supported_platforms = { "linux" }
dependencies = {
   "lua >= 5.1, < 5.5",
   "lua-cjson >= 2.1.0",
   "argparse >= 0.7.1", -- of the command alone
}
external_dependencies = {
   CURL = { library = "curl" },
}
build = {
   type = "make",
   build_target = "rock-core",
   install_target = "rock-install-core",
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
   install = { bin = { "bin/personalize" } },
}

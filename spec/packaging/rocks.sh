#!/usr/bin/env bash
# Builds both rocks for both interpreters into a new tree and uses the library from there alone.
# Run from the top of the repository by `make rocks`.
set -euo pipefail
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

passed=0
check() { # check TITLE COMMAND...
   local title=$1
   shift
   if "$@" >"$tree/log" 2>&1; then
      passed=$((passed + 1))
      echo "ok: $title"
   else
      cat "$tree/log"
      echo "failed: $title"
      exit 1
   fi
}

for rockspec in *.rockspec; do check "luarocks lint $rockspec" luarocks lint "$rockspec"; done

program='
local personalize = require "personalize"
local emulator = assert(require("personalize.emulator").start { seed = true })
local client = assert(personalize.new(emulator:options()))
assert(#assert(client.connections.list()) == 3)
emulator:stop()'

use() { # use API INTERPRETER: the tree and nothing else of ours
   env -u LUA_PATH_5_4 -u LUA_CPATH_5_4 LUA_PATH="$tree/$1/share/lua/$1/?.lua;$tree/$1/share/lua/$1/?/init.lua;;" \
      LUA_CPATH="$tree/$1/lib/lua/$1/?.so;;" "$2" -e "$program"
}

build() { # build API INCLUDES
   for rockspec in *.rockspec; do
      check "luarocks make $rockspec for Lua $1" luarocks --lua-version "$1" --tree "$tree/$1" \
         make --deps-mode=none "$rockspec" LUA_INCDIR="$2" || return 1
   done
}

build 5.4 "$(pkg-config --variable=includedir lua5.4)/lua5.4"
build 5.1 "$(pkg-config --variable=includedir luajit)"
check "the rocks work on Lua 5.4" use 5.4 lua5.4
check "the rocks work on LuaJIT" use 5.1 luajit
echo "rocks: $passed passed, 0 failed"

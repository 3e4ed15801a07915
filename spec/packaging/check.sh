# What the checks of packaging share: a temporary folder, steps that are counted, and a use of what was installed.
# Sourced by the checks beside it, from the top of the repository.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset MAKEFLAGS MAKELEVEL LUA_PATH LUA_CPATH LUA_PATH_5_4 LUA_CPATH_5_4 LUA_INIT
version=$(sed -n 's/.*PZ_VERSION "\(.*\)"/\1/p' src/version.h)

passed=0
check() { # check TITLE COMMAND...
   local title=$1
   shift
   if "$@" >"$work/log" 2>&1; then
      passed=$((passed + 1))
      echo "ok: $title"
   else
      cat "$work/log"
      echo "failed: $title"
      exit 1
   fi
}

# Makes `inside`, which stands before a command that is to find the installation and nothing else of ours.
look_inside() { # look_inside ROOT API
   inside=(env LUA_PATH="$1/share/lua/$2/?.lua;$1/share/lua/$2/?/init.lua;;" LUA_CPATH="$1/lib/lua/$2/?.so;;")
}

use='
local root = ...
local personalize = require "personalize"
local emulator = assert(require("personalize.emulator").start { seed = true })
local client = assert(personalize.new(emulator:options()))
assert(#assert(client.connections.list()) == 3)
emulator:stop()
for _, name in ipairs { "personalize.client", "personalize.core", "personalize.emulator.core" } do
   local path = assert(package.searchpath(name, package.path) or package.searchpath(name, package.cpath))
   assert(path:sub(1, #root) == root, path)
end'

# use ROOT API INTERPRETER: the library
use() {
   look_inside "$1" "$2"
   (cd "$work" && "${inside[@]}" "$3" - "$1" <<<"$use")
}

# says_version COMMAND...: the command
says_version() { [ "$("$@" --version)" = "personalize $version" ]; }

# lists_connections COMMAND...: the command, against an emulator that it runs too
lists_connections() (
   rm -f "$work/emulator"
   touch "$work/emulator" # what the one before has said is no answer
   "$@" emulator --seed >>"$work/emulator" 2>&1 &
   pid=$!
   trap 'kill $pid; wait $pid; cat "$work/emulator"' EXIT
   for _ in $(seq 100); do
      grep -q '^export PERSONALIZE_CLIENT_SECRET' "$work/emulator" && break
      sleep 0.1
   done
   source <(grep '^export ' "$work/emulator")
   "$@" list | grep '^3 connections$'
)

finish() { echo "$1: $passed passed, 0 failed"; }

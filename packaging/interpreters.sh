#!/bin/sh
# Finds the interpreters of this system, whatever it calls them.
#   packaging/interpreters.sh names   those that the library is built for: program and headers are there
#   packaging/interpreters.sh make    assignments for make: of each, LUA_NAME (the program), CFLAGS and LIBS
# The names are lua5.4, lua5.5 and luajit.
set -eu
PKG_CONFIG=${PKG_CONFIG:-pkg-config}

# What `_VERSION` and `jit` say of a program.
kind_of() { "$1" -e 'io.write(rawget(_G, "jit") and "luajit" or _VERSION:lower():gsub(" ", ""))' 2>/dev/null </dev/null || true; }

program_of() { # NAME CANDIDATES...
   name=$1
   shift
   for program in "$@"; do
      if command -v "$program" >/dev/null && [ "$(kind_of "$program")" = "$name" ]; then
         command -v "$program"
         return
      fi
   done
}

package_of() { # VERSION CANDIDATES...
   version=$1
   shift
   command -v "$PKG_CONFIG" >/dev/null || return 0
   for package in "$@"; do
      case $("$PKG_CONFIG" --modversion "$package" 2>/dev/null) in
      "$version"*) echo "$package"; return ;;
      esac
   done
}

for name in lua5.4 luajit lua5.5; do
   case $name in
   luajit)
      program=$(program_of luajit luajit luajit2 luajit-2.1)
      package=$(package_of 2. luajit luajit2)
      ;;
   *)
      version=${name#lua}
      short=$(echo "$version" | tr -d .)
      program=$(program_of "$name" "lua$version" "lua$short" "lua-$version" lua)
      package=$(package_of "$version" "lua$version" "lua-$version" "lua$short" "lua-$short" lua)
      ;;
   esac
   [ -n "$program" ] && [ -n "$package" ] || continue
   case $1 in
   names) echo "$name" ;;
   make)
      echo "VARIANTS_FOUND += $name"
      echo "LUA_$name := $program"
      echo "LUA_CFLAGS_$name := $("$PKG_CONFIG" --cflags "$package")"
      echo "LUA_LIBS_$name := $("$PKG_CONFIG" --libs "$package")"
      ;;
   esac
done

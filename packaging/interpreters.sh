#!/bin/sh
# Finds the interpreters of this system, whatever it calls them.
#   packaging/interpreters.sh names   those that the library is built for: program and headers are there
#   packaging/interpreters.sh make    assignments for make: of each, LUA_NAME (the program), CFLAGS and LIBS
#   packaging/interpreters.sh check FOLDER   fails, with a line, when its headers are of a Lua that is not supported
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

# LuaJIT has the C API of 5.1, and a header that PUC-Rio's Lua 5.1 has not. 5.5 states its number as a sum.
check_headers() { # FOLDER
   number=$(printf '#include <lua.h>\nLUA_VERSION_NUM\n' | ${CC:-cc} -E -P "-I$1" - 2>/dev/null | tail -n 1)
   case $number in
   501 | *[!0-9\ +*\(\)-]* | "") ;;
   *) number=$((number)) ;;
   esac
   case $number in
   504 | 505) return ;;
   501) [ ! -e "$1/luajit.h" ] || return 0; found="Lua 5.1" ;;
   502 | 503) found="Lua 5.${number#50}" ;;
   *) found="no Lua that is known" ;;
   esac
   echo "personalize is built for Lua 5.4, Lua 5.5 or LuaJIT 2.1; the headers in $1 are of $found." >&2
   return 1
}

if [ "$1" = check ]; then
   check_headers "$2"
   exit
fi

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

#!/usr/bin/env bash
# Builds both rocks for both interpreters into a new tree, packs them, installs what was packed into another one, and
# uses library and command from each tree alone. Needs no network. Run by `make rocks`.
source spec/packaging/check.sh

# What LuaRocks has to be told of an interpreter; for "5.1" it would take the other one of that API.
configure() { # configure INTERPRETER INCLUDES
   printf 'lua_interpreter = "%s"\nvariables = { LUA = "%s", LUA_INCDIR = "%s" }\n' "$1" "$(command -v "$1")" "$2" \
      >"$work/config.lua"
   export LUAROCKS_CONFIG=$work/config.lua
}

# Debian's packages hold what the rocks depend on, and LuaRocks does not know of them.
rocks() { # rocks API TREE ARGUMENTS...
   local api=$1 tree=$2
   shift 2
   luarocks --lua-version "$api" --tree "$tree" "$@" --deps-mode=none
}

pack() { # pack API TREE ROCK: into the current folder
   (cd "$packed" && luarocks --lua-version "$1" --tree "$2" pack "$3" scm-1)
}

use_tree() { # use_tree WHAT TREE API INTERPRETER
   look_inside "$2" "$3"
   check "$1: the library works on $4" use "$2" "$3" "$4"
   check "$1: the command tells its version on $4" says_version "${inside[@]}" "$2/bin/personalize"
   check "$1: the command works on $4" lists_connections "${inside[@]}" "$2/bin/personalize"
   check "$1: the command runs in $4" grep -q "/$4' " "$2/bin/personalize"
}

make -s BUILD="$BUILD" rockspecs
for rockspec in *.rockspec "$BUILD"/*-"$version"-1.rockspec; do check "luarocks lint ${rockspec##*/}" luarocks lint "$rockspec"; done

# Headers of other Lua versions: of these LuaRocks knows a number alone, and the build says what is wrong.
refuses() { # refuses VERSION-NUMBER NAME
   mkdir -p "$work/lua-$1"
   echo "#define LUA_VERSION_NUM $1" >"$work/lua-$1/lua.h"
   ! make -s --no-print-directory CC="$CC" LUA_INCDIR="$work/lua-$1" rock-core >"$work/told" 2>&1 &&
      [ "$(grep -v '^make' "$work/told")" = \
         "personalize is built for Lua 5.4, Lua 5.5 or LuaJIT 2.1; the headers in $work/lua-$1 are of $2." ]
}
for other in 501:5.1 502:5.2 503:5.3; do
   check "a build for Lua ${other#*:} is refused in one line" refuses "${other%:*}" "Lua ${other#*:}"
   rm -rf "build/rock$(tr / - <<<"$work/lua-${other%:*}")"
done

# From here on without pkg-config: LuaRocks has found every library, or was told where it is.
elsewhere=$work/elsewhere
mkdir -p "$elsewhere/include" "$elsewhere/lib" "$work/bin"
printf '#!/bin/sh\necho "pkg-config was asked: $*" >>"%s"\nexit 1\n' "$work/asked" >"$work/bin/pkg-config"
chmod +x "$work/bin/pkg-config"
ln -s "$(pkg-config --variable=includedir libcurl)/curl" "$elsewhere/include/curl" 2>/dev/null
[ -e "$elsewhere/include/curl/curl.h" ] || ln -sfn "/usr/include/$("$CC" -print-multiarch)/curl" "$elsewhere/include/curl"
ln -s "$(pkg-config --variable=libdir libcurl)/libcurl.so" "$elsewhere/lib/libcurl.so"
takes_given() { # what the linker and the compiler were told
   grep -q -- "-L$elsewhere/lib -lcurl" "$work/built" && grep -q -- "-isystem $elsewhere/include" "$work/built" &&
      ! grep "pkg-config was asked.*libcurl" "$work/asked"
}

for variant in "5.4 lua5.4 $(pkg-config --variable=includedir lua5.4)/lua5.4" \
   "5.1 luajit $(pkg-config --variable=includedir luajit)"; do
   read -r api interpreter includes <<<"$variant"
   built=$work/built-$api packed=$work/packed-$api
   mkdir "$packed"
   configure "$interpreter" "$includes"
   look_inside "$built" "$api"

   rm -rf "build/rock$(tr / - <<<"$includes")"
   check "luarocks make personalize for Lua $api, libcurl elsewhere" env PATH="$work/bin:$PATH" \
      luarocks --lua-version "$api" --tree "$built" make personalize-scm-1.rockspec CC="$CC" CURL_DIR="$elsewhere" --deps-mode=none
   cp "$work/log" "$work/built"
   check "its headers and its library are taken from there" takes_given
   check "the command works without the emulator's rock on $interpreter" \
      says_version "${inside[@]}" "$built/bin/personalize"
   check "luarocks make personalize-emulator for Lua $api" \
      rocks "$api" "$built" make personalize-emulator-scm-1.rockspec CC="$CC"
   use_tree made "$built" "$api" "$interpreter"

   for name in personalize personalize-emulator; do
      check "luarocks pack $name for Lua $api" pack "$api" "$built" "$name"
      check "luarocks install $name from its pack for Lua $api" \
         rocks "$api" "$packed/tree" install "$packed/$name"-scm-1.*.rock
   done
   rm -rf "$built"
   use_tree packed "$packed/tree" "$api" "$interpreter"
done
finish rocks

#!/bin/sh
# Puts the library, the command, guides, examples and types below a prefix, or takes them away again. Called by make:
#   packaging/install.sh install      what is there for VARIANTS, below DESTDIR and PREFIX
#   packaging/install.sh uninstall    what the last install put there, and nothing else
#   packaging/install.sh rock PART    a rock's part (core or emulator) below INST_LUADIR and INST_LIBDIR
# The environment: BUILD, PREFIX, DESTDIR, VARIANTS, MAIN (the variant that runs the command), LUA (its program).
set -eu

: "${DESTDIR:=}" "${VARIANTS:=}"
root=$DESTDIR${PREFIX:-}
manifest=$root/share/personalize/installed

api_of() { case $1 in luajit) echo 5.1 ;; *) echo "${1#lua}" ;; esac; }

# In the place of what is there, not into it: a process that has the old C module loaded would crash.
place() { # MODE SOURCE TARGET
   mkdir -p "$(dirname "$3")"
   cp "$2" "$3.new"
   chmod "$1" "$3.new"
   mv -f "$3.new" "$3"
}

# Notes what is placed, so that uninstall knows it.
put() { # MODE SOURCE TARGET-BELOW-ROOT
   place "$1" "$2" "$root/$3"
   echo "$3" >>"$manifest"
}

put_folder() { # SOURCE-FOLDER PATTERN TARGET-BELOW-ROOT
   (cd "$1" && find . -type f -name "$2" | sed 's,^\./,,' | sort) | while read -r file; do
      put 644 "$1/$file" "$3/$file"
   done
}

# The command finds the library where it is installed, whatever the environment says, and in each interpreter its own.
write_command() {
   {
      echo "#!$LUA"
      echo "-- The command \`personalize\`; what it does is in personalize.cli."
      echo "local api = _VERSION:match '%d.%d'"
      echo "local lua = [[$PREFIX/share/lua/]] .. api"
      echo "package.path = lua .. '/?.lua;' .. lua .. '/?/init.lua;' .. package.path"
      echo "package.cpath = [[$PREFIX/lib/lua/]] .. api .. '/?.so;' .. package.cpath"
      sed '1,2d' bin/personalize
   } >"$1"
}

in_tree() {
   env LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;;" LUA_CPATH="$PWD/$BUILD/$MAIN/?.so;;" "$LUA" "$@"
}

install_command() {
   write_command "$BUILD/install/personalize"
   put 755 "$BUILD/install/personalize" bin/personalize
   for shell in bash:share/bash-completion/completions/personalize zsh:share/zsh/site-functions/_personalize \
      fish:share/fish/vendor_completions.d/personalize.fish; do
      in_tree bin/personalize completion "${shell%%:*}" >"$BUILD/install/completion"
      put 644 "$BUILD/install/completion" "${shell#*:}"
   done
   in_tree packaging/man.lua "$BUILD/install/man"
   put_folder "$BUILD/install/man" '*.1' share/man/man1
}

install_documents() {
   for file in README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE doc/*.md doc/*.svg doc/*.png doc/*.json; do
      [ ! -e "$file" ] || put 644 "$file" "share/doc/personalize/$file"
   done
   put_folder examples '*' share/doc/personalize/examples
   [ ! -e "$BUILD/doc/index.html" ] || put_folder "$BUILD/doc" '*' share/doc/personalize/reference
   # left out where there is none: pages that need no server
   [ ! -e "$BUILD/site/plain/index.html" ] || put_folder "$BUILD/site/plain" '*' share/doc/personalize/site
   put_folder types '*.lua' share/personalize/types
   put_folder schema '*.json' share/personalize/schema
}

tell() {
   echo "Installed below $root: the library for$(for variant in $VARIANTS; do printf ' %s' "$variant"; done)," \
      "guides and examples (share/doc/personalize), types and the JSON Schema of a connection for editors (share/personalize)"
   if [ -z "${WITHOUT_COMMAND:-}" ]; then
      echo "and the command $PREFIX/bin/personalize, with man pages and completions for bash, zsh and fish."
   else
      echo "and no command."
   fi
   if [ -e "$BUILD/site/plain/index.html" ]; then
      echo "To read in a browser: $PREFIX/share/doc/personalize/site/index.html"
   fi
   [ -e "$BUILD/doc/index.html" ] || [ -e "$BUILD/site/plain/index.html" ] || echo "The reference in HTML is not among them: \`make doc\` makes it with LDoc, \`make site\` with Node."
   # a name of its own for each Lua: LuaJIT reads LUA_PATH alone, and cannot load what is built for another
   for variant in $VARIANTS; do
      api=$(api_of "$variant")
      case $variant in
         luajit) suffix= ;;
         *) suffix=_$(echo "$api" | tr . _) ;;
      esac
      echo "Where it does not look there by itself, $variant finds the library by"
      echo "  export LUA_PATH$suffix=\"$PREFIX/share/lua/$api/?.lua;$PREFIX/share/lua/$api/?/init.lua;;\""
      echo "  export LUA_CPATH$suffix=\"$PREFIX/lib/lua/$api/?.so;;\""
   done
}

install_all() {
   mkdir -p "$BUILD/install" "$(dirname "$manifest")"
   : >"$manifest"
   for variant in $VARIANTS; do
      api=$(api_of "$variant")
      put_folder lua '*.lua' "share/lua/$api"
      for module in core emulator/core; do
         put 755 "$BUILD/$variant/personalize/$module.so" "lib/lua/$api/personalize/$module.so"
      done
   done
   [ -n "${WITHOUT_COMMAND:-}" ] || install_command
   install_documents
   echo share/personalize/installed >>"$manifest"
   sort -u -o "$manifest" "$manifest"
   tell
}

# Every folder of the library's own name that a path has, deepest last.
own_folders() {
   while read -r folder; do
      while :; do
         case $folder in *personalize*) echo "$folder" ;; *) break ;; esac
         folder=$(dirname "$folder")
      done
   done
}

# Its folders go when they are empty; files of others stay.
uninstall_all() {
   list=$(mktemp)
   [ ! -e "$manifest" ] || cp "$manifest" "$list"
   [ -s "$list" ] || echo "Nothing is installed below $root."
   while read -r file; do rm -f "$root/$file"; done <"$list"
   {
      own_folders <"$list"
      for folder in share/doc share share/lua/5.1 share/lua/5.4 share/lua/5.5 lib/lua/5.1 lib/lua/5.4 lib/lua/5.5; do
         echo "$folder/personalize"
      done
   } | sort -ru | while read -r folder; do rmdir "$root/$folder" 2>/dev/null || true; done
   rm -f "$list"
}

install_rock() { # PART
   (cd lua && find . -type f -name '*.lua' | sed 's,^\./,,') | while read -r file; do
      case $file in
      personalize/emulator.lua | personalize/emulator/*) part=emulator ;;
      *) part=core ;;
      esac
      [ "$part" != "$1" ] || place 644 "lua/$file" "$INST_LUADIR/$file"
   done
   module=core
   [ "$1" = core ] || module=emulator/core
   place 755 "$BUILD/rock/personalize/$module.so" "$INST_LIBDIR/personalize/$module.so"
}

case $1 in
install) install_all ;;
uninstall) uninstall_all ;;
rock) install_rock "$2" ;;
*) echo "install.sh: install, uninstall or rock" >&2; exit 2 ;;
esac

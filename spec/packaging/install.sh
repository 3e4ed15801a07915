#!/usr/bin/env bash
# Installs into an empty folder, uses library and command from there alone, uninstalls and compares: nothing of ours
# stays, and nothing of others' goes. Run by `make check-install`.
source spec/packaging/check.sh
root=$work/dest/usr
run_make() { make -s --no-print-directory BUILD="$BUILD" CC="$CC" DESTDIR="$work/dest" PREFIX=/usr "$@"; }

listing() { (cd "$work/dest" && find . -type f -o -type l | sort); }
missing_of_tree() { # modules that the tree has and the installation lacks
   for api in 5.4 5.1; do diff -rq lua "$root/share/lua/$api" | grep -v 'Only in .*/dest/' || true; done
}
is_empty() { [ -z "$("$@" | tee /dev/stderr)" ]; }
is_same() { diff -u "$work/$1" "$work/$2"; }

# what others have there before and get there later: beside ours, and in the folders of ours
mkdir -p "$root/bin" "$root/share/lua/5.4"
touch "$root/bin/other" "$root/share/lua/5.4/other.lua"
check "make install" run_make install
mkdir -p "$root/share/lua/5.1/personalize/plugin"
for file in share/lua/5.4/personalize/theirs.lua share/lua/5.1/personalize/plugin/init.lua \
   lib/lua/5.4/personalize/theirs.so share/doc/personalize/theirs.md; do
   touch "$root/$file"
   echo "./usr/$file" >>"$work/theirs"
done
printf '%s\n' ./usr/bin/other ./usr/share/lua/5.4/other.lua >>"$work/theirs"
sort -o "$work/theirs" "$work/theirs"

check "every module is there" is_empty missing_of_tree
for file in bin/personalize share/doc/personalize/README.md share/doc/personalize/doc/command.md \
   share/personalize/types/personalize/client.lua share/personalize/schema/connection.schema.json \
   share/doc/personalize/examples/quickstart.lua \
   share/bash-completion/completions/personalize share/zsh/site-functions/_personalize \
   share/fish/vendor_completions.d/personalize.fish share/man/man1/personalize.1 \
   share/man/man1/personalize-list.1; do
   check "$file is there" test -s "$root/$file"
done
check "nothing is writable by others, no file names the folder that it was staged in" is_empty bash -c \
   "find '$root' -type f -perm /022; grep -rlF '$work' '$root' || true"
check "the library works on Lua 5.4" use "$root" 5.4 lua5.4
check "the library works on LuaJIT" use "$root" 5.1 luajit
look_inside "$root" 5.4
check "the command tells its version" says_version "${inside[@]}" "$root/bin/personalize"
check "the command works" lists_connections "${inside[@]}" "$root/bin/personalize"

listing >"$work/before"
inode() { stat -c %i "$root/lib/lua/5.4/personalize/core.so"; }
loaded=$(inode)
check "make install again" run_make install
check "writes into no file that a process may have loaded" test "$loaded" != "$(inode)"
listing >"$work/after"
check "changes no list of files" is_same before after

check "make uninstall" run_make uninstall
listing >"$work/left"
check "removes all of ours and nothing of others'" is_same theirs left
sed "s,^\.,$work/dest," "$work/theirs" | xargs rm
rmdir "$root/share/lua/5.1/personalize/plugin"
check "make uninstall again" run_make uninstall
check "leaves no folder of that name" is_empty find "$work/dest" -name '*personalize*'

check "make install VARIANTS=luajit" run_make install VARIANTS=luajit
look_inside "$root" 5.1
check "the command runs in LuaJIT then" says_version "${inside[@]}" "$root/bin/personalize"
check "and nothing is there for Lua 5.4" is_empty find "$root/share/lua/5.4" "$root/lib/lua/5.4" -type f

# below somebody's own folder, without anything said in the environment
home=$work/home/me/.local
check "make install PREFIX=~/.local" make -s --no-print-directory BUILD="$BUILD" CC="$CC" PREFIX="$home" install
cp "$work/log" "$work/told"
check "it says which two variables scripts need" test "$(grep -c "export LUA_C\?PATH=\"$home/" "$work/told")" = 2
check "the command starts by itself" says_version env -i HOME="$work" PATH=/usr/bin:/bin "$home/bin/personalize"
check "and in LuaJIT" says_version env -i HOME="$work" PATH=/usr/bin:/bin luajit "$home/bin/personalize"
check "the command works by itself" lists_connections env PATH=/usr/bin:/bin "$home/bin/personalize"
check "uninstalls from there" make -s --no-print-directory BUILD="$BUILD" CC="$CC" PREFIX="$home" uninstall
check "and leaves nothing" is_empty find "$work/home" -type f

# the command's one dependency
mkdir "$work/bin"
printf '#!/bin/sh\ncase "$*" in *argparse*) exit 1 ;; esac\nexec lua5.4 "$@"\n' >"$work/bin/lua-without"
chmod +x "$work/bin/lua-without"
without=(make -s --no-print-directory BUILD="$BUILD" CC="$CC" VARIANTS=lua5.4 LUA_lua5.4="$work/bin/lua-without"
   PREFIX="$work/without" install)
stops_and_says() { ! "${without[@]}" >"$work/told" 2>&1 && grep "$1" "$work/told"; }
check "without argparse it stops and says what to do" stops_and_says lua-argparse
check "nothing was installed" test ! -e "$work/without"
check "the library alone needs none" "${without[@]}" WITHOUT_COMMAND=1
check "no command is there then" test ! -e "$work/without/bin"
finish install

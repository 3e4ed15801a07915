#!/bin/sh
# Installs what building, testing and measuring need: packaging/dependencies.sh GROUP...
# The groups: build, command, openresty, doc, test, bench, node, matrix. On Debian and what is made of it apt installs them; for
# other systems the names of their packages are printed.
set -eu

# A name with | in it is the first of them that the system has.
packages_of() {
   case $1 in
   build) echo "gcc libc6-dev make pkgconf|pkg-config lua5.4 liblua5.4-dev luajit2|luajit
      libluajit2-5.1-dev|libluajit-5.1-dev lua-cjson libcurl4-openssl-dev libmicrohttpd-dev libsqlite3-dev
      ca-certificates" ;;
   command) echo "lua-argparse" ;;
   openresty) echo "nginx libnginx-mod-http-lua lua-socket curl" ;;
   doc) echo "lua-argparse lua-ldoc lua-markdown|" ;;
   test) echo "libnginx-mod-stream procps tmux lua-readline| wrk jq openssl lua-busted lua-dkjson lua-check
      lua-filesystem luarocks libcmocka-dev clang clang-format clang-tidy libclang-rt-dev| valgrind
      musl-tools chromium chromium-driver lua5.5| liblua5.5-dev| lua-luv lua-cqueues lua-copas neovim
      redis-server lua-nginx-redis lua-yaml systemd logrotate tinyproxy squid locales
      groff-base mandoc" ;;
   bench) echo "libjansson-dev openssl wrk time lua-dkjson lua-sec lua-http jq gnuplot-nox valgrind
      libyyjson-dev|" ;;
   node) echo "nodejs npm" ;;
   matrix) echo "debootstrap" ;;
   *) echo "dependencies: there is no group $1" >&2; exit 2 ;;
   esac
}

elsewhere() {
   cat <<END
This system has no apt. What building and testing need is called:
  Fedora, RHEL:  gcc make pkgconf lua lua-devel luajit luajit-devel lua-cjson libcurl-devel libmicrohttpd-devel sqlite-devel
                 lua-argparse lua-socket lua-filesystem libcmocka-devel; busted and luacheck from LuaRocks
  Arch:          gcc make pkgconf lua54 luajit curl libmicrohttpd sqlite cmocka; lua54-cjson, lua-argparse, busted from LuaRocks
  Alpine:        gcc musl-dev make pkgconf bash lua5.4 lua5.4-dev luajit luajit-dev lua5.4-cjson curl-dev
                 libmicrohttpd-dev sqlite-dev lua5.4-argparse cmocka-dev
  Homebrew:      pkgconf lua@5.4 luajit curl libmicrohttpd sqlite cmocka; lua-cjson, argparse, busted from LuaRocks
  FreeBSD:       gmake bash pkgconf lua54 luajit curl libmicrohttpd sqlite3 cmocka lua54-cjson; argparse from LuaRocks
They have to be installed by hand.
END
}

missing_tools() { # of those without which nothing is built
   for tool in "${CC:-cc}" "${PKG_CONFIG:-pkg-config}"; do
      command -v "$tool" >/dev/null || printf ' %s' "$tool"
   done
   [ -n "$("$(dirname "$0")/interpreters.sh" names)" ] || printf ' %s' "lua5.4 or luajit"
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
   missing=$(missing_tools)
   [ -z "$missing" ] && exit 0
   echo "Missing:$missing"
   elsewhere
   exit 1
fi

is_installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }
is_known() { [ -n "$(apt-cache policy "$1" 2>/dev/null | grep 'Candidate: [^(]')" ]; }

as_root=
if [ "$(id -u)" != 0 ]; then as_root=sudo; fi
run_as_root() { $as_root env DEBIAN_FRONTEND=noninteractive "$@"; }

# The package of "a|b" to install: nothing when one of them is there; with a | at the end it may be none.
choose() {
   names=$(echo "$1" | tr '|' ' ')
   for name in $names; do is_installed "$name" && return 0; done
   for name in $names; do is_known "$name" && { echo "$name"; return 0; }; done
   case $1 in *"|") return 0 ;; esac
   echo "$names" | cut -d ' ' -f 1
}

all_missing() {
   for group in "$@"; do
      for package in $(packages_of "$group"); do choose "$package"; done
   done | sort -u | tr '\n' ' '
}

for group in "$@"; do packages_of "$group" >/dev/null; done
missing=$(all_missing "$@")
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
   echo "Installing packages needs root or sudo. As root: apt-get install $missing"
   exit 1
fi
run_as_root apt-get update -qq
missing=$(all_missing "$@") # what the system has is known only now
[ -z "$missing" ] && exit 0
echo "Installing with apt: $missing"
run_as_root apt-get install -y -qq --no-remove --no-install-recommends $missing >/dev/null

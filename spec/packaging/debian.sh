#!/usr/bin/env bash
# Makes Debian's packages in a new Debian 13, asks lintian about them, installs them in another one and uses them there,
# without this tree. Needs root, and debootstrap, or a bare system's folder in DEBIAN_BASE. Run by `make check-debian`.
source spec/packaging/check.sh
source spec/packaging/system.sh
[ "$(id -u)" = 0 ] || { echo "check-debian: needs root, to make systems of their own" >&2; exit 1; }
[ -n "$base" ] || check "a bare Debian 13" make_base
new_system "$work/builder"
mkdir -p "$work/builder/srv/project" "$work/builder/srv/packages"
git archive HEAD | tar -x -C "$work/builder/srv/project"
check "dpkg-buildpackage" inside_system "$work/builder" '
   apt-get update -qq
   apt-get install -y -qq --no-install-recommends build-essential lintian >/dev/null
   cd /srv/project
   apt-get build-dep -y -qq --no-install-recommends ./ >/dev/null
   dpkg-buildpackage -us -uc -b
   mv ../*.deb ../*.changes ../*.buildinfo ../packages/'
check "lintian finds no error" inside_system "$work/builder" 'lintian --allow-root --fail-on error /srv/packages/*.changes'

new_system "$work/user"
mkdir -p "$work/user/srv/packages"
cp "$work/builder/srv/packages"/*.deb "$work/user/srv/packages/"
check "the library installs alone, and loads" inside_system "$work/user" '
   apt-get update -qq
   apt-get install -y -qq --no-install-recommends lua5.4 luajit /srv/packages/lua-personalize_*.deb >/dev/null
   for lua in lua5.4 luajit; do $lua -e "assert(require([[personalize]])._VERSION)"; done
   test ! -e /usr/bin/personalize -a ! -e /usr/share/lua/5.4/personalize/emulator.lua'
printf '%s' "$use" >"$work/user/srv/use.lua"
check "the emulator installs, and both work on either" inside_system "$work/user" '
   apt-get install -y -qq --no-install-recommends /srv/packages/lua-personalize-emulator_*.deb >/dev/null
   for lua in lua5.4 luajit; do $lua /srv/use.lua /usr; done'
check "the command installs, and tells its version" inside_system "$work/user" "
   apt-get install -y -qq --no-install-recommends /srv/packages/personalize_*.deb >/dev/null
   test \"\$(personalize --version)\" = 'personalize $version'"
# bare systems leave man pages out where they are installed
check "man pages are in its package" bash -c \
   "dpkg-deb --contents '$work/user'/srv/packages/personalize_*.deb | grep -q man1/personalize-list.1.gz"
check "the command works" inside_system "$work/user" '
   personalize emulator --seed >/srv/told 2>&1 & pid=$!
   for _ in $(seq 100); do grep -q "^export PERSONALIZE_CLIENT_SECRET" /srv/told && break; sleep 0.1; done
   source <(grep "^export " /srv/told)
   personalize list | grep "^3 connections$"
   kill $pid'
finish debian

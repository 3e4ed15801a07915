#!/usr/bin/env bash
# Makes Debian's packages in a new Debian 13, asks lintian about them, installs them in another one and uses them there,
# without this tree. Needs root, and debootstrap, or a bare system's folder in DEBIAN_BASE. Run by `make check-debian`.
source spec/packaging/check.sh
[ "$(id -u)" = 0 ] || { echo "check-debian: needs root, to make systems of their own" >&2; exit 1; }
trap 'rm -rf "$work"' EXIT
base=${DEBIAN_BASE:-}

make_base() {
   debootstrap --variant=minbase --include=make,git,ca-certificates trixie "$work/base"
   base=$work/base
}
new_system() { # new_system FOLDER
   cp -a "$base" "$1"
   cp /etc/resolv.conf /etc/hosts "$1/etc/"
   mkdir -p "$1/srv/project" "$1/srv/packages"
}
# In a mount namespace of its own, so that nothing stays mounted whatever happens.
inside_system() { # inside_system FOLDER SCRIPT
   unshare --mount --pid --fork --kill-child bash -c '
      mount --make-rprivate / && mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev"
      exec chroot "$1" /usr/bin/env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
         PATH=/usr/sbin:/usr/bin:/sbin:/bin bash -euc "$2"' bash "$1" "$2"
}

[ -n "$base" ] || check "a bare Debian 13" make_base
new_system "$work/builder"
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
check "the command works" inside_system "$work/user" '
   personalize emulator --seed >/srv/told 2>&1 & pid=$!
   for _ in $(seq 100); do grep -q "^export PERSONALIZE_CLIENT_SECRET" /srv/told && break; sleep 0.1; done
   source <(grep "^export " /srv/told)
   personalize list | grep "^3 connections$"
   kill $pid'
finish debian

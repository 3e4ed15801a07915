#!/usr/bin/env bash
# Runs the README's commands in new, bare systems, and ends with a table:
#   packaging/matrix.sh SUITE...      Debian's suites: bookworm trixie sid
# The environment: ARCH (one that this processor runs, such as i386), COMMANDS (separated by semicolons; default
# "make demo;make test"), MATRIX_CACHE (where bare systems are kept, default /var/cache/personalize-matrix).
# Each system is a copy of a bare one that debootstrap made, holds HEAD of this repository, and is removed afterwards.
# What was printed is in build/matrix/. Needs root and debootstrap.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || { sed -n '2,8p' "$0"; exit 64; }
[ "$(id -u)" = 0 ] || { echo "matrix: needs root, to make systems of their own (sudo make matrix)" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "matrix: needs debootstrap (Debian: apt-get install debootstrap)" >&2; exit 1; }

arch=${ARCH:-$(dpkg --print-architecture)}
cache=${MATRIX_CACHE:-/var/cache/personalize-matrix}
commands=${COMMANDS:-make demo;make test}
logs=$PWD/build/matrix
mkdir -p "$logs" "$cache"

make_base() { # SUITE FOLDER
   [ ! -e "$2/.complete" ] || return 0
   rm -rf "$2"
   debootstrap --arch="$arch" --variant=minbase --include=make,git,ca-certificates,sudo "$1" "$2" >"$2.log" 2>&1 || {
      tail -n 5 "$2.log"
      return 1
   }
   # the lists of a suite that moves may be older than their own date of expiry
   echo 'Acquire::Check-Valid-Until "false";' >"$2/etc/apt/apt.conf.d/99matrix"
   touch "$2/.complete"
}

# In a mount namespace of its own, so that nothing stays mounted whatever happens.
run_inside() { # FOLDER COMMAND
   cp /etc/resolv.conf /etc/hosts "$1/etc/" 2>/dev/null || true
   unshare --mount --pid --fork --kill-child bash -c '
      mount --make-rprivate /
      mount -t proc proc "$1/proc"
      mount --rbind /sys "$1/sys"
      mount --rbind /dev "$1/dev"
      exec chroot "$1" /usr/bin/env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive CI="${CI:-}" \
         SPEC_SLOW="${SPEC_SLOW:-1}" \
         PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sh -ec "cd /srv/project; $2"' \
      bash "$1" "$2"
}

count() { # LOG AWK-PROGRAM
   sed 's/\x1b\[[0-9;]*m//g' "$1" | awk "$2"' END { print total + 0 }'
}

# Adds a line to the table; false when a command failed.
try_suite() { # SUITE
   local suite=$1 log=$logs/$1-$arch.log begun=$SECONDS code=0
   local base=$cache/$suite-$arch folder
   make_base "$suite" "$base" >"$log" 2>&1 || { printf '%s\n' "$suite|$arch|no bare system: see $log|||" >>"$table"; return 1; }
   folder=$(mktemp -d "$cache/run-$$-XXXXXX")
   cp -a "$base/." "$folder/"
   mkdir -p "$folder/srv/project"
   git archive HEAD | tar -x -C "$folder/srv/project"
   run_inside "$folder" "$commands" >>"$log" 2>&1 || code=$?
   local versions
   versions=$(run_inside "$folder" "packaging/interpreters.sh names | tr '\n' ' '; pkg-config --modversion libcurl" 2>/dev/null | tr '\n' ' ') || true
   rm -rf "$folder"
   printf '%s|%s|%s|%s passed|%s failed|%s after %s s\n' "$suite" "$arch" "${versions:-?}" \
      "$(count "$log" '/ successe?s? \/ /{total += $1} /^\[  PASSED  \]/{total += $4}')" \
      "$(count "$log" '/ successe?s? \/ /{total += $4 + $7} /^\[  FAILED  \] [0-9]+ test/{total += $4}')" \
      "$([ "$code" = 0 ] && echo fine || echo "code $code")" "$((SECONDS - begun))" >>"$table"
   [ "$code" = 0 ] || { tail -n 40 "$log"; return 1; }
}

table=$(mktemp)
trap 'rm -rf "$table" "$cache/run-$$-"*' EXIT
failed=0
for suite in "$@"; do try_suite "$suite" || failed=$((failed + 1)); done
echo
{ echo "suite|architecture|interpreters, libcurl|||outcome"; cat "$table"; } | column -t -s '|'
echo "matrix: $(($# - failed)) passed, $failed failed"
[ "$failed" = 0 ]

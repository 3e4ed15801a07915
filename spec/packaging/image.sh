#!/usr/bin/env bash
# Does what the Dockerfile says in bare systems of Debian 13, where no container engine is: each FROM is a new system, RUN,
# COPY and WORKDIR are done in it, and the command and its emulator are used in the last one. Needs root, and debootstrap,
# or a bare system's folder in DEBIAN_BASE. Run by `make check-image`.
source spec/packaging/check.sh
source spec/packaging/system.sh
[ "$(id -u)" = 0 ] || { echo "check-image: needs root, to make systems of their own" >&2; exit 1; }
[ -n "$base" ] || check "a bare Debian 13" make_base

git archive --prefix=context/ HEAD | tar -x -C "$work"
system='' folder=/ entrypoint='' number=0

step() { # step INSTRUCTION ARGUMENTS
   local words from name
   read -r -a words <<<"$2"
   case $1 in
   FROM)
      [ "${words[0]}" = debian:trixie-slim ] || { echo "what is ${words[0]}?" >&2; exit 1; }
      number=$((number + 1)) folder=/ name=${words[2]:-$number}
      system=$work/$name
      new_system "$system" ;;
   WORKDIR) folder=${words[0]} && mkdir -p "$system$folder" ;;
   RUN) check "RUN $2" inside_system "$system" "cd $folder && $2" ;;
   COPY)
      from=$work/context
      case ${words[0]} in --from=*) from=$work/${words[0]#--from=} && words=("${words[@]:1}") ;; esac
      case ${words[1]} in /*) name=${words[1]} ;; *) name=$folder/${words[1]} ;; esac
      cp -a "$from/${words[0]}/." "$system/$name" ;;
   USER) user=${words[0]} ;;
   ENTRYPOINT) entrypoint=$(tr -d '[]",' <<<"$2") ;;
   CMD) ;;
   *) echo "what is $1?" >&2; exit 1 ;;
   esac
}

while read -r instruction rest; do step "$instruction" "$rest"; done < <(
   sed -e '/^#/d' -e '/^$/d' Dockerfile | sed -e ':join' -e '/\\$/{N;s/\\\n */ /;b join' -e '}')

check "the entry point, as $user, tells the version and lists what its emulator has" inside_system "$system" "
   cat >/srv/use <<'END'
test \"\$($entrypoint --version)\" = 'personalize $version'
$entrypoint emulator --seed >/tmp/told 2>&1 & pid=\$!
for _ in \$(seq 100); do grep -q '^export PERSONALIZE_CLIENT_SECRET' /tmp/told && break; sleep 0.1; done
. /tmp/told 2>/dev/null || . <(grep '^export ' /tmp/told)
$entrypoint list | grep '^3 connections\$'
kill \$pid
END
   setpriv --reuid=$user --regid=nogroup --clear-groups bash -e /srv/use"
finish image

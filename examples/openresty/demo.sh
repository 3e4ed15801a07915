#!/usr/bin/env bash
# Runs the admin service against the emulator, asks it everything once, and stops both.
# Run from the top of the repository by `make demo-openresty`, which sets LUA_PATH and LUA_CPATH.
set -euo pipefail
folder=$(mktemp -d)
stop() {
   [ ! -e "$folder/nginx.pid" ] || kill -QUIT "$(cat "$folder/nginx.pid")" || true
   [ -z "${emulator:-}" ] || kill "$emulator" 2>/dev/null || true
   wait 2>/dev/null || true
   rm -rf "$folder"
}
trap stop EXIT

free_port() {
   luajit -e 'local s = assert(require("socket").bind("127.0.0.1", 0)) print((select(2, s:getsockname())))'
}

wait_for() { # wait_for COMMAND...
   for _ in $(seq 100); do
      if "$@" >/dev/null 2>&1; then return 0; fi
      sleep 0.05
   done
   echo "timed out: $*" >&2
   [ ! -e "$folder/error.log" ] || tail -n 20 "$folder/error.log" >&2
   return 1
}

ask() { # ask TITLE curl's arguments...
   printf '\n-- %s\n' "$1"
   shift
   curl --silent --show-error "$@"
}

luajit examples/openresty/service.lua "$folder/ready" &
emulator=$!
wait_for test -s "$folder/ready"
# shellcheck disable=SC1091
source "$folder/ready"

port=$(free_port)
cp examples/openresty/admin.lua "$folder"
sed "s|127.0.0.1:8088|127.0.0.1:$port|" examples/openresty/nginx.conf >"$folder/nginx.conf"

export ADMIN_TOKEN=open-sesame HEALTH_CHECKS="Opening hours,Broken"
# the library is in this tree, which may be a folder of root's alone
nginx -p "$folder" -c nginx.conf -e error.log -g "user root;"
admin=http://127.0.0.1:$port
wait_for curl --silent --fail "$admin/connections"

ask "Connections whose name or URL holds 'hours'" "$admin/connections?search=hours"
ask "The same as a page" "$admin/?search=hours" | head -c 300
echo
wait_for sh -c "curl --silent $admin/metrics | grep -c '^connection_up' | grep -qx 2"
ask "Metrics of the health checks" "$admin/metrics"
ref=$(curl --silent "$admin/connections?search=hours" | luajit -e 'print((io.read "*a"):match([["ref": "([^"]+)"]]))')
ask "Archive it without the token" --output /dev/null --write-out '%{http_code}\n' --request POST "$admin/connections/$ref/archive"
ask "Archive it with the token" --request POST --header "Authorization: Bearer $ADMIN_TOKEN" "$admin/connections/$ref/archive"

if grep -E '\[(error|alert|emerg|crit)\]' "$folder/error.log"; then
   echo "nginx complained" >&2
   exit 1
fi

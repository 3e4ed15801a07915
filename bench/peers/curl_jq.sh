#!/bin/bash
# curl with jq, one process each: many retrieves are many URLs of one curl, so that it keeps its connection. Its command
# line is that of job.lua. BENCH_PEAK is a file to which each of both adds its peak memory.
set -euo pipefail
job=$1 url=$2 ca_file=$3 token=$4 count=$5 version=$6
[ "$version" = 2 ] && protocol=--http2 || protocol=--http1.1

peak() {
   if [ -n "${BENCH_PEAK:-}" ]; then /usr/bin/time -a -o "$BENCH_PEAK" -f %M "$@"; else "$@"; fi
}

fetch() {
   peak curl --silent --show-error --fail "$protocol" --cacert "$ca_file" -H "Authorization: Bearer $token" \
      -H "Accept: application/json" "$@"
}

began=$EPOCHREALTIME
case $job in
none) peak curl --version >/dev/null; peak jq -n 0 >/dev/null; exit ;;
sequential) printf "url = \"$url\"%.0s\n" $(seq "$count") | fetch -K - | peak jq -e .name >/dev/null ;;
list) [ "$(fetch "$url" | peak jq -e -r '.items[].name' | wc -l)" = "$count" ] ;;
first) fetch "$url" | peak jq -e .name >/dev/null ;;
esac
ended=$EPOCHREALTIME
echo $((${ended/./} - ${began/./})) | sed 's/.*/000000&/; s/\(......\)$/.\1/; s/^0*\([0-9]\)/\1/'

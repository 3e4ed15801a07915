#!/usr/bin/env bash
# Builds and runs the fuzz targets: fuzz/run.sh SECONDS [TARGET...]
# New inputs go to build/fuzz/corpus/TARGET; what should be kept is copied to fuzz/corpus by hand.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(fuzz/*.c)

# Several run side by side, one for each processor.
if [ ${#targets[@]} -gt 1 ]; then
   printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -n 1 "fuzz/run.sh" "$seconds"
   echo "fuzz: ${#targets[@]} passed, 0 failed"
   exit
fi

declare -A sources=(
   [json_decode]="src/buffer.c src/json/*.c"
   [json_roundtrip]="src/buffer.c src/json/*.c"
   [response_headers]="src/buffer.c src/libcurl.c src/http/response.c src/http/headers.c src/http/failure.c src/url/*.c src/masking/names.c src/masking/redact.c"
   [known_secrets]="src/buffer.c src/json/utf8.c src/masking/*.c"
   [likely_credentials]="src/buffer.c src/json/utf8.c src/masking/*.c"
   [template]="src/template/*.c"
   [url]="src/url/*.c src/masking/names.c src/masking/redact.c"
   [emulator_body]="src/*.c src/json/*.c src/masking/*.c src/url/*.c src/template/*.c src/http/global.c src/http/failure.c src/emulator/*.c"
)

name=$(basename "${targets[0]}" .c)
folder=build/fuzz/corpus/$name
log=build/fuzz/$name.log
mkdir -p "$folder"
# shellcheck disable=SC2086
clang -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -O1 -g -std=c11 -D_GNU_SOURCE -Isrc -pthread \
   "fuzz/$name.c" ${sources[$name]} $(pkg-config --libs libcurl libmicrohttpd sqlite3) -o "build/fuzz/$name"
"build/fuzz/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
   "$folder" "fuzz/corpus/$name" 2>"$log" || { tail -n 40 "$log"; exit 1; }
echo "== $name, $seconds s:" $(grep -oE "(number_of_executed_units|new_units_added): *[0-9]+" "$log")

#!/usr/bin/env bash
# Builds and runs the fuzz targets: fuzz/run.sh SECONDS [TARGET...]
# New inputs go to build/fuzz/corpus/TARGET; what should be kept is copied to fuzz/corpus by hand.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(fuzz/*.c)

declare -A sources=(
   [json_decode]="src/buffer.c src/json/*.c"
   [json_roundtrip]="src/buffer.c src/json/*.c"
   [response_headers]="src/buffer.c src/http/response.c src/http/headers.c src/http/failure.c src/url/*.c"
   [url]="src/url/*.c"
   [emulator_body]="src/buffer.c src/json/*.c src/url/escape.c src/url/loopback.c src/emulator/*.c"
)

passed=0
for target in "${targets[@]}"; do
   name=$(basename "$target" .c)
   folder=build/fuzz/corpus/$name
   mkdir -p "$folder"
   # shellcheck disable=SC2086
   clang -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -O1 -g -std=c11 -D_GNU_SOURCE -Isrc -pthread \
      "fuzz/$name.c" ${sources[$name]} $(pkg-config --libs libcurl libmicrohttpd sqlite3 uuid) -o "build/fuzz/$name"
   echo "== $name for $seconds s"
   "build/fuzz/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
      "$folder" "fuzz/corpus/$name" 2>"build/fuzz/$name.log" || { tail -n 40 "build/fuzz/$name.log"; exit 1; }
   grep -E "number_of_executed_units|new_units_added" "build/fuzz/$name.log"
   passed=$((passed + 1))
done
echo "fuzz: $passed passed, 0 failed"

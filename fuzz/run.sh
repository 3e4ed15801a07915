#!/usr/bin/env bash
# Builds and runs the fuzz targets: fuzz/run.sh SECONDS [TARGET...], such as fuzz/url.c or fuzz/curl_line.lua
# FUZZ_SEED=NUMBER makes about the same inputs again; without it, or with 0, they are others each time.
# New inputs go to build/fuzz/corpus/TARGET; what should be kept is copied to fuzz/corpus by hand.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(fuzz/*.c fuzz/*.lua)
sanitizers="address,undefined -fno-sanitize-recover=all"

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

target=${targets[0]}
name=$(basename "${target%.*}")
folder=build/fuzz/corpus/$name
log=build/fuzz/$name.log
mkdir -p "$folder"
case $target in
*.lua) # one program runs all of them
   program=build/fuzz/lua/fuzz/lua_host
   flock build/fuzz make -s -j "$(nproc)" BUILD=build/fuzz/lua CC=clang CFLAGS="-O1 -g" \
      SANITIZE="-fsanitize=fuzzer-no-link,$sanitizers" $program
   export FUZZ_SUBJECT=$target LUA_PATH_5_4="lua/?.lua;lua/?/init.lua;./?.lua;;"
   # a Lua state keeps memory from one input to the next, and looking whether it is lost takes longer than the input
   options=-detect_leaks=0
   # most memory is the interpreter's
   export ASAN_OPTIONS=max_malloc_fill_size=4096:quarantine_size_mb=8:malloc_context_size=2
   ;;
*)
   program=build/fuzz/$name options=
   # shellcheck disable=SC2086
   clang -fsanitize=fuzzer,$sanitizers -O1 -g -std=c11 -D_GNU_SOURCE -Isrc -pthread \
      "fuzz/$name.c" ${sources[$name]} $(pkg-config --libs libcurl libmicrohttpd sqlite3) -o "$program"
   ;;
esac
$program -max_total_time="$seconds" -seed="${FUZZ_SEED:-0}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
   -artifact_prefix="build/fuzz/$name-" $options \
   "$folder" "fuzz/corpus/$name" >"$log" 2>&1 || { tail -n 40 "$log"; exit 1; }
echo "== $name, $seconds s:" $(grep -oE "(number_of_executed_units|new_units_added): *[0-9]+" "$log")

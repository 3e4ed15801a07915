#!/bin/sh
# Compiles the floors and runs the comparison: bench/emulator/run.sh [ROUNDS] [SECONDS]; what the library is built into is
# $BUILD (build). Needs wrk.
set -e
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
mkdir -p "$build/bench"
for floor in http sqlite; do
   cc -O2 -std=c11 -D_GNU_SOURCE -Wall -Wextra -o "$build/bench/floor_$floor" "bench/emulator/floor_$floor.c" \
      $(pkg-config --cflags --libs libmicrohttpd sqlite3)
done
LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;$PWD/?.lua;;" LUA_CPATH="$PWD/$build/lua5.4/?.so;;" \
   exec lua5.4 bench/emulator/run.lua "$build/bench/floor_http" "$build/bench/floor_sqlite" "$@"

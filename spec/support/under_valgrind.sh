#!/usr/bin/env bash
# Runs one file of specs under valgrind, whose command is in VALGRIND: a line if all is well, otherwise all that was said.
# Specs whose matter is time are left out: here all takes some thirty times as long.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if $VALGRIND lua5.4 "$(command -v busted)" --exclude-tags=openresty,neovim,browser,timed "$@" >"$log" 2>&1; then
   echo "$1: fine after $SECONDS s"
else
   cat "$log"
   echo "$1: FAILED after $SECONDS s"
   exit 1
fi

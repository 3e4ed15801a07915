#!/usr/bin/env bash
# Makes the source tarball, builds the library in a new folder from that alone, and uses it; the release rockspecs name
# the same tarball. Run by `make check-dist`.
source spec/packaging/check.sh
tarball=$PWD/build/personalize-$version.tar.gz
md5() { openssl dgst -md5 -r "$1" | cut -d ' ' -f 1; }
make_quietly() { make -s --no-print-directory "$@"; }

check "make rockspecs, with the tarball" make_quietly BUILD="$BUILD" rockspecs
cp "$tarball" "$work/first.tar.gz"
check "make dist" make_quietly dist
check "the tarball is the same each time" cmp "$work/first.tar.gz" "$tarball"
matches() { (cd build && sha256sum --check "personalize-$version.tar.gz.sha256"); }
check "its checksum is right" matches
for name in personalize personalize-emulator; do
   check "the rockspec of $name has its sum" grep -q "md5 = \"$(md5 "$tarball")\"" "$BUILD/$name-$version-1.rockspec"
   check "the rockspec of $name has its name" grep -q "/v$version/personalize-$version.tar.gz\"" "$BUILD/$name-$version-1.rockspec"
done

tar -xzf "$tarball" -C "$work"
tree=$work/personalize-$version
check "it unpacks to a folder of its name" test -d "$tree"
check "make install from it" make_quietly -C "$tree" CC="$CC" PREFIX="$work/usr" install
for variant in "5.4 lua5.4" "5.1 luajit"; do
   read -r api interpreter <<<"$variant"
   check "the library works on $interpreter" use "$work/usr" "$api" "$interpreter"
done
check "the command works" lists_connections "$work/usr/bin/personalize"
finish dist

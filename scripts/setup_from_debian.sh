#!/bin/sh
# Take one program out of Debian's package, whose signature apt checks, into .venv/debian, where the machine has none:
# sh scripts/setup_from_debian.sh PACKAGE FILE. Where it cannot be had, the tests that need it say so and are skipped.
set -eu
package=$1
file=$2
name=$(basename "$file")
folder=.venv/debian
if command -v "$name" >/dev/null 2>&1 || [ -x "$folder/$name" ]; then exit 0; fi
if command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1; then
  echo "taking $name out of Debian's package $package"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  if { (cd "$work" && { apt-get download -qq "$package" || { apt-get update -qq && apt-get download -qq "$package"; }; }) &&
    dpkg-deb -x "$work/$package"_*.deb "$work/unpacked"; } >/dev/null 2>&1; then
    mkdir -p "$folder"
    mv "$work/unpacked/$file" "$folder/$name"
    exit 0
  fi
fi
echo "No $name found, and it could not be taken from Debian: tests that need it will be skipped (failed where CI=true)." >&2

#!/bin/sh
# Take promtool out of Debian's package of Prometheus, whose signature apt checks: it says what alert rules do. Where it
# cannot be had, the tests that ask it say so and are skipped.
set -eu
folder=.venv/promtool
if command -v promtool >/dev/null 2>&1 || [ -x "$folder/promtool" ]; then exit 0; fi
if command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1; then
  echo "taking promtool out of Debian's package, for the tests of alert rules"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  if { (cd "$work" && { apt-get download -qq prometheus || { apt-get update -qq && apt-get download -qq prometheus; }; }) &&
    dpkg-deb -x "$work"/prometheus_*.deb "$work/package"; } >/dev/null 2>&1; then
    mkdir -p "$folder"
    mv "$work/package/usr/bin/promtool" "$folder/promtool"
    exit 0
  fi
fi
echo "No promtool found, and it could not be taken from Debian: tests of what alert rules do will be skipped (failed where CI=true)." >&2

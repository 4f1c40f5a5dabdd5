#!/bin/sh
# Install axe-core by npm, by its hash: it says whether pages can be used by everyone. Where it cannot be had, the tests
# that ask it say so and are skipped. A folder of its own holds it, since it is no part of the program.
set -eu
folder=.venv/axe
if [ -f "$folder/node_modules/axe-core/axe.min.js" ] &&
  cmp -s scripts/axe/package-lock.json "$folder/package-lock.json"; then exit 0; fi
if command -v npm >/dev/null 2>&1; then
  echo "installing axe-core for the tests of pages"
  mkdir -p "$folder"
  cp scripts/axe/package.json scripts/axe/package-lock.json "$folder/"
  npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent >/dev/null 2>&1 && exit 0
  rm -f "$folder/package-lock.json"
fi
echo "No npm found, or it could not install: tests that ask axe-core will be skipped (failed where CI=true)." >&2

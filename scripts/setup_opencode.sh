#!/bin/sh
# Find OpenCode as the tests have it, or install it by npm, by its hash; where it cannot be had, its tests say so and
# are skipped. A folder of its own holds it, since it is no part of the program.
set -eu
folder=.venv/opencode
program=$folder/node_modules/opencode-linux-x64-baseline/bin/opencode
if [ -x "$program" ] && cmp -s scripts/opencode/package-lock.json "$folder/package-lock.json"; then exit 0; fi
if command -v npm >/dev/null 2>&1 && [ "$(uname -sm)" = "Linux x86_64" ]; then
  echo "installing OpenCode for the tests of fixes"
  mkdir -p "$folder"
  cp scripts/opencode/package.json scripts/opencode/package-lock.json "$folder/"
  npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent >/dev/null 2>&1 && exit 0
  rm -f "$folder/package-lock.json"
fi
echo "No OpenCode found and none could be installed: its tests will be skipped (failed where CI=true)." >&2

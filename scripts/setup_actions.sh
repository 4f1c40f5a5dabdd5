#!/bin/sh
# Install GitHub's own expressions and workflow schema by npm, by their hashes; where they cannot be had, the tests that
# run the pack's workflows say so and are skipped. A folder of its own holds them, since they are no part of the program.
set -eu
folder=.venv/actions
if [ -d "$folder/node_modules/@actions/expressions" ] &&
  cmp -s scripts/actions/package-lock.json "$folder/package-lock.json"; then exit 0; fi
if command -v npm >/dev/null 2>&1; then
  echo "installing GitHub's expressions for the tests of workflows"
  mkdir -p "$folder"
  cp scripts/actions/package.json scripts/actions/package-lock.json "$folder/"
  npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent >/dev/null 2>&1 && exit 0
  rm -f "$folder/package-lock.json"
fi
echo "No npm found, or it could not install: tests that run workflows will be skipped (failed where CI=true)." >&2

#!/bin/sh
# Install Probot by npm, by its hashes: the peer that the benchmarks measure. Where it cannot be had, they say so and
# measure without it (failed where CI=true). A folder of its own holds it, since it is no part of the program.
set -eu
folder=.venv/probot
if [ -d "$folder/node_modules/probot" ] &&
  cmp -s scripts/probot/package-lock.json "$folder/package-lock.json"; then exit 0; fi
if command -v npm >/dev/null 2>&1; then
  echo "installing Probot for the benchmarks"
  mkdir -p "$folder"
  cp scripts/probot/package.json scripts/probot/package-lock.json "$folder/"
  npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent >/dev/null 2>&1 && exit 0
  rm -f "$folder/package-lock.json"
fi
echo "No npm found, or it could not install Probot: benchmarks go without it (failed where CI=true)." >&2

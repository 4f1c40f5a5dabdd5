#!/bin/sh
# Install what a project of Node.js locks, without running any script of a package, unless it is there already.
set -eu
[ ! -d node_modules ] || exit 0
if [ -f package-lock.json ] || [ -f npm-shrinkwrap.json ]; then
  exec npm ci --ignore-scripts --no-audit
elif [ -f pnpm-lock.yaml ]; then
  exec pnpm install --frozen-lockfile --ignore-scripts
elif [ -f yarn.lock ]; then
  exec yarn install --frozen-lockfile --ignore-scripts
fi

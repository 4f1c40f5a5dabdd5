#!/bin/sh
# Find or install tmux, in which agents live; where it cannot be had, the demo has none and tests of sessions are skipped.
set -eu
if command -v tmux >/dev/null 2>&1 && command -v ps >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing tmux, in which agents live"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends tmux procps; } \
    >/dev/null 2>&1 && exit 0
fi
echo "No tmux found and none could be installed: the demo has no agent, and tests of sessions are skipped (failed where CI=true)." >&2

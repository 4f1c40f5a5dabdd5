#!/bin/sh
# Run a program in a try's work tree within limits: the user's tools are found, his home and secrets are not.
# Arguments: the try's place, the repository's place, a file of NAME=value lines (or nothing), how many KiB of the disk
# stay free, the program with its arguments.
#
# The folder `bin` beside the places of repositories comes first: what the operator puts there is what is run.
set -eu
umask 077
try=$1 place=$2 environment=$3 least=$4
shift 4
user=$(getent passwd "$(id -u)" | cut -d : -f 6)
export PATH="${place%/*}/bin:$try/tree/node_modules/.bin:$user/.cargo/bin:$user/.local/bin:$user/go/bin:/usr/local/go/bin:$PATH"
export HOME="$try/home" XDG_CONFIG_HOME="$try/home/.config" XDG_CACHE_HOME="$place/cache/xdg" TMPDIR="$try/tmp"
export CARGO_HOME="$place/cache/cargo" CARGO_TARGET_DIR="$place/cache/target" npm_config_cache="$place/cache/npm"
export GOPATH="$place/cache/go" GOCACHE="$place/cache/go-build" GOFLAGS=-modcacherw PYTHONDONTWRITEBYTECODE=1
export CI=true NO_COLOR=1 CARGO_TERM_COLOR=never GIT_TERMINAL_PROMPT=0
if [ -d "$user/.rustup" ]; then export RUSTUP_HOME="$user/.rustup"; fi
mkdir -p "$TMPDIR" "$HOME"
if [ -n "$environment" ]; then
  [ -r "$environment" ] || { echo "pilothouse: $environment cannot be read" >&2; exit 125; }
  while IFS= read -r line || [ -n "$line" ]; do
    case "${line%%=*}" in "$line" | "" | [0-9]* | *[!A-Za-z0-9_]*) continue ;; esac
    if printenv "${line%%=*}" >/dev/null; then continue; fi # what holds the program to its limits stays
    export "${line%%=*}=${line#*=}"
  done <"$environment"
fi
cd "$try/tree"
ulimit -f 4194304 # 2 GiB a file
command -v "$1" >/dev/null 2>&1 || { echo "pilothouse: $1 is not on this host" >&2; exit 127; }

nice -n 5 "$@" &
program=$!
(
  while left=$(df -Pk "$try" | awk 'NR == 2 { print $4 }') && [ "$left" -ge "$least" ]; do sleep 2; done
  echo "pilothouse: only $left KiB of the disk are free" >&2
  : >"$try/full"
  kill -s KILL "$program"
) &
watcher=$!
code=0
wait "$program" || code=$?
kill "$watcher" 2>/dev/null || true
[ ! -e "$try/full" ] || exit 124
exit "$code"

#!/bin/sh
# Begin a job in a folder of its own, unless it has begun: one word, then what belongs to it.
# Arguments: how it is run, how it is reaped, its folder, its key, then what job-run.sh takes after the folder.
set -eu
run=$1 reap=$2 folder=$3 key=$4
shift 4
say() {
  printf '%s\n' "$@"
  exit 0
}
for tool in setsid timeout mkfifo ps; do command -v "$tool" >/dev/null 2>&1 || say lacking "$tool"; done
umask 077
made=$(mkdir -p -- "$folder" 2>&1) || say unwritable "$made"
cd "$folder" 2>/dev/null || say unwritable "no permission"
runner=
if [ ! -e key ]; then
  kept=$(printf '%s\n' "$key" | cat 2>&1 >"key.$$") || { # cat says why it cannot
    rm -f "key.$$"
    say unwritable "${kept##*: }"
  }
  if ln "key.$$" key 2>/dev/null; then # one of those who try at once
    rm -rf state pid pid.part out pipe problem # what another may have left there, to be taken for this one's
    setsid sh -c "$run" pilothouse "$reap" "$folder" "$@" </dev/null >/dev/null 2>problem &
    runner=$!
  fi
  rm -f "key.$$"
fi
[ "$(cat key)" = "$key" ] || say other
round=0
until [ -s pid ]; do
  round=$((round + 1))
  if [ -n "$runner" ] && [ ! -e "/proc/$runner/exe" ] && [ ! -s pid ]; then round=101; fi
  [ "$round" -le 100 ] || say lost "$(head -c 300 problem 2>/dev/null | tr '\n' ' ')"
  sleep 0.05
done
say begun

#!/bin/sh
# End a job with all that belongs to it, and say how many of its processes are left.
# Arguments: how it is reaped, its folder.
set -u
reap=$1 folder=$2
say() {
  printf '%s\n' "$@"
  exit 0
}
cd "$folder" 2>/dev/null || say 0
leader='' round=0
while [ -e key ] && [ ! -e pid ] && [ "$round" -lt 40 ]; do # it is just beginning
  round=$((round + 1))
  sleep 0.05
done
if read -r process started _ begun 2>/dev/null <pid &&
  [ "$started" = "$(sed 's/.*) //' "/proc/$process/stat" 2>/dev/null | cut -d ' ' -f 20)" ]; then
  while read -r word _ _ _ leader <state && [ "$word$leader" = running- ] && [ "$round" -lt 80 ]; do
    round=$((round + 1))
    sleep 0.05
  done
  if [ "$word" = running ]; then
    kill -s KILL "$process"
    printf '%-80s\n' "killed - $(($(date +%s) - begun)) no -" 1<>state
  fi
  [ "$leader" != - ] || leader=
fi
sh -c "$reap" pilothouse "$folder" "$leader"

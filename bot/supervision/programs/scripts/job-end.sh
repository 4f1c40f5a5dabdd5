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
leader=
if read -r process started _ begun 2>/dev/null <pid &&
  [ "$started" = "$(sed 's/.*) //' "/proc/$process/stat" 2>/dev/null | cut -d ' ' -f 20)" ]; then
  read -r word _ _ _ leader <state
  if [ "$word" = running ]; then
    kill -s KILL "$process"
    printf '%-80s\n' "killed - $(($(date +%s) - begun)) no -" 1<>state
  fi
  [ "$leader" != - ] || leader=
fi
sh -c "$reap" pilothouse "$folder" "$leader"

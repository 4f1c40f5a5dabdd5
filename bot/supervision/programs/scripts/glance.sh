#!/bin/sh
# Tell how many work trees look, a line for each: its number, then what is told of it (or one word why nothing is).
# Arguments: the texts of apart and forgotten, the default branch, then for each tree: its folder, and how long a file
# must be still there (seconds).
set -u
apart=$1 forgotten=$2 default=$3
shift 3
# What those left behind that were killed.
find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'pilothouse-work-*' -user "$(id -u)" -mmin +60 -exec rm -rf {} + 2>/dev/null
look() {
  told=$(timeout 10 sh -c "$apart" pilothouse "$2" "$default" local sh -c "$forgotten" pilothouse "$3" brief 2>/dev/null </dev/null) ||
    told=
  told=${told%%
*}
  printf '%s %s\n' "$1" "${told:-silent}"
}
number=0
while [ "$#" -ge 2 ]; do
  look "$number" "$1" "$2" &
  number=$((number + 1))
  [ $((number % 4)) != 0 ] || wait # a few at a time
  shift 2
done
wait

#!/bin/sh
# Keep what a try's work tree holds now as a tree of git: one word, then what belongs to it. It is run by afresh.sh.
# Arguments: the try's place, the moment's name, how many files may differ, how many KiB those may have.
set -eu
say() {
  printf '%s\n' "$@"
  exit 0
}
export GIT_INDEX_FILE="$1/read.git/snapshot"
git() { command git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c core.bigFileThreshold=1m "$@"; }
cd "$1/tree" 2>/dev/null || say missing
rm -f "$GIT_INDEX_FILE.lock"
cp "$1/read.git/index" "$GIT_INDEX_FILE" || say missing
measured=$(git ls-files -z --modified --others --exclude-standard | xargs -0 -r stat -c %s -- 2>/dev/null |
  awk '{ files++; bytes += $1 } END { printf "%d %d", files, bytes / 1024 }')
files=${measured% *} size=${measured#* }
if [ "$files" -gt "$3" ] || [ "$size" -gt "$4" ]; then say large "$files" "$size"; fi
git add --all -- . 2>"$1/problem" || say unreadable "$(tail -c 1000 "$1/problem")"
git write-tree >"$1/tree-$2"
say kept

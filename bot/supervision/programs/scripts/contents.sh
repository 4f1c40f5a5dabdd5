#!/bin/sh
# Tell a part of what git would commit of some files, packed and in base64: first how long all of it is. It is run
# beside the tree, and writes nothing into it.
# Arguments: the paths, each ended by NUL (in base64), the part's first byte.
#
# All of it is what changes against the head, as git tells it raw, an empty entry, and every new content.
set -eu
export GIT_INDEX_FILE="$GIT_DIR/ours"
git read-tree "$TREE_HEAD"
# shellcheck disable=SC2016 # for the shell that asks of each whether it can be read
printf '%s' "$1" | base64 -d | xargs -0r sh -c 'for one; do [ ! -r "$one" ] || printf "%s\0" "$one"; done' sh >"$GIT_DIR/paths"
# What has grown since it was listed is not read.
[ -z "$(xargs -0r stat -c %s -- <"$GIT_DIR/paths" | awk '$1 > 1000000')" ]
(ulimit -f 131072 && git update-index --add --replace -z --stdin <"$GIT_DIR/paths")
git diff-index --cached --raw -z --no-renames --no-abbrev "$TREE_HEAD" -- >"$GIT_DIR/changed"
{
  cat "$GIT_DIR/changed"
  printf '\0'
  tr '\n\0' '\001\n' <"$GIT_DIR/changed" | awk 'NR % 2 && $5 != "D" { print $4 }' | git cat-file --batch
} | gzip -n | base64 -w 0 >"$GIT_DIR/packed"
wc -c <"$GIT_DIR/packed"
tail -c "+$2" "$GIT_DIR/packed" | head -c 18000

#!/bin/sh
# Write down what a fixer changed, and what had changed before it, in one file, and say how long its parts are. It is
# run by afresh.sh.
# Arguments: the try's place, the commit that was begun with, how many bytes a file may have that is told whole.
set -eu
out=$1/patch before=$(cat "$1/tree-before") after=$(cat "$1/tree-after")
compare() { git diff-tree -r --no-commit-id --no-renames --no-ext-diff --no-textconv --no-color --no-abbrev "$@"; }
mkdir -p "$out"
compare --raw -z "$2" "$before" >"$out/before"
compare --raw -z "$2" "$after" >"$out/after"
compare --patch --text --full-index --src-prefix=a/ --dst-prefix=b/ "$2" "$after" >"$out/diff"
compare --raw "$2" "$after" | awk '$2 ~ /^100/ { print $4 }' | sort -u | git cat-file --batch-check >"$out/sizes"
awk -v most="$3" '$2 == "blob" && $3 <= most { print $1 }' "$out/sizes" | git cat-file --batch >"$out/blobs"
cat "$out/before" "$out/after" "$out/diff" "$out/sizes" "$out/blobs" >"$out/all"
echo patch
for part in before after diff sizes blobs; do wc -c <"$out/$part"; done

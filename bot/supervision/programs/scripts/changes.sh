#!/bin/sh
# Tell a part of what commits change and say, packed and in base64, so that it fits into what a host may answer: first
# how long all of it is. It is run beside the tree.
# Arguments: the head, the commits that the remote has below it (in one word), the part's first byte.
set -eu
# shellcheck disable=SC2086 # many commits in one word
said() {
  git log --format='commit %H%n%an <%ae>%n%cn <%ce>%n%n%w(0,4,4)%B' --patch --cc --unified=0 --text --no-color --no-renames --no-ext-diff --no-textconv --no-notes \
    --no-show-signature --submodule=short --encoding=UTF-8 "$1" --not $2 --
}
{ said "$1" "$2" || : >"$GIT_DIR/failed"; } | gzip -n | base64 -w 0 | head -c 4000000 >"$GIT_DIR/packed"
[ ! -e "$GIT_DIR/failed" ] || exit 1 # a part of it is not all of it
wc -c <"$GIT_DIR/packed"
tail -c "+$3" "$GIT_DIR/packed" | head -c 18000

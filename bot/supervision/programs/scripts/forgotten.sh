#!/bin/sh
# List the files of a work tree that no commit has, each with how it lies there. It is run beside the tree.
# Arguments: how long a file must be still (seconds), then for a part of all of it the part's first byte; or "brief"
# for one line: the head, whether the remote is known to lack it, and a digest of what lies still.
#
# All of it is three lists, in each the entries end in NUL and an empty one ends the list: what git says of each path;
# mode, links, bytes, seconds since it was touched, and path; path, "filter", and the filter that it goes through.
set -eu
quiet=$1 part=$2
say() {
  printf '%s\n' "$@"
  exit 0
}
status() {
  timeout "$1" git status --porcelain -z --untracked-files=all --ignore-submodules=all --no-renames \
    >"$GIT_DIR/status" 2>"$GIT_DIR/error"
}
list_paths() { cut -z -b 4- <"$GIT_DIR/status" | head -z -n 1000 >"$GIT_DIR/paths"; }
now=$(date +%s)
if [ "$part" = brief ]; then
  ahead=0 digest=0
  case $TREE_HEAD in
  "$TREE_PUSHED" | "$TREE_BASE") ;;
  *)
    newest=$(git rev-list --max-count=1 "$TREE_HEAD" --not ${TREE_PUSHED:+"$TREE_PUSHED"} ${TREE_BASE:+"$TREE_BASE"})
    [ -z "$newest" ] || ahead=1
    ;;
  esac
  status 5 || say "$TREE_HEAD $ahead slow"
  [ -s "$GIT_DIR/status" ] || say "$TREE_HEAD $ahead 0"
  list_paths
  xargs -0r stat --printf '%Y %Z %f %s %n\0' -- <"$GIT_DIR/paths" 2>/dev/null | tr '\n\0' '\001\n' |
    awk -v since="$((now - quiet))" '$1 <= since && $2 <= since' >"$GIT_DIR/still"
  [ ! -s "$GIT_DIR/still" ] || digest=$(cksum <"$GIT_DIR/still" | tr ' ' .)
  say "$TREE_HEAD $ahead $digest"
fi
for one in MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD BISECT_LOG rebase-merge rebase-apply sequencer; do
  [ ! -e "$TREE_GIT/$one" ] || say busy
done
[ -z "$(git ls-files --unmerged -z | head -c 1 | tr '\0' x)" ] || say busy
[ ! -e "$TREE_GIT/index.lock" ] || say locked "$((now - $(stat -c %Y -- "$TREE_GIT/index.lock" || printf '%s' "$now")))"
code=0
status 25 || code=$?
case $code in
0) ;;
124) say slow ;;
*) say unreadable "$(head -c 300 "$GIT_DIR/error")" ;;
esac
list_paths
count=$(tr -cd '\0' <"$GIT_DIR/status" | wc -c)
[ "$count" -le 1000 ] || say many "$count"
[ "$count" != 0 ] || say clean
{
  cat "$GIT_DIR/status"
  printf '\0'
  xargs -0r stat --printf '%f %h %s %Y %Z %n\0' -- <"$GIT_DIR/paths" 2>/dev/null || :
  printf '\0'
  git check-attr -z --stdin filter <"$GIT_DIR/paths"
} | gzip -n | base64 -w 0 >"$GIT_DIR/packed"
printf 'listed\n%s\n%s\n%s\n%s\n' "$TREE_BRANCH" "$TREE_HEAD" "$now" "$(wc -c <"$GIT_DIR/packed")"
tail -c "+$part" "$GIT_DIR/packed" | head -c 18000

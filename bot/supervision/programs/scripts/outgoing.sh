#!/bin/sh
# Say which commits of a work tree its remote lacks: one word, then what belongs to it. It is run beside the tree.
# Arguments: owner/name of the repository; no other is asked.
set -eu
say() {
  printf '%s\n' "$@"
  exit 0
}
[ -n "$TREE_ADDRESS" ] || say remoteless
[ "$(printf '%s\n' "$TREE_ADDRESS" | wc -l)" = 1 ] || say manifold
# https, ssh or a path
case $(printf '/%s' "$TREE_ADDRESS" | sed 's#/*$##; s#\.git$##' | tr ':[:upper:]' '/[:lower:]') in
*/"$(printf '%s' "$1" | tr '[:upper:]' '[:lower:]')") ;;
*) say foreign ;;
esac
is_in() { git merge-base --is-ancestor "$1" "$2" 2>/dev/null; }
git ls-remote --heads pilothouse >"$GIT_DIR/heads" 2>"$GIT_DIR/error" || say unreachable "$(head -c 300 "$GIT_DIR/error")"
known=$(awk -v ref="refs/heads/$TREE_BRANCH" '$2 == ref { print $1 }' "$GIT_DIR/heads")
# Known of the remote is what it says itself, as far as the tree has it, and where its default branch was seen last.
cut -f 1 "$GIT_DIR/heads" | git cat-file --batch-check | awk '$2 == "commit" { print "^" $1 }' >"$GIT_DIR/known"
[ -z "$TREE_BASE" ] || printf '^%s\n' "$TREE_BASE" >>"$GIT_DIR/known"
if [ -z "$known" ]; then
  # It was there and is there no more, as after a merge: only what is newer brings it back.
  if [ -n "$TREE_PUSHED" ] && is_in "$TREE_HEAD" "$TREE_PUSHED"; then say nothing; fi
elif ! git cat-file -e "$known^{commit}" 2>/dev/null; then
  if [ -n "$TREE_PUSHED" ] && is_in "$TREE_HEAD" "$TREE_PUSHED"; then say nothing; fi
  say diverged
elif is_in "$TREE_HEAD" "$known"; then
  say nothing "$known"
elif ! is_in "$known" "$TREE_HEAD"; then
  say diverged
fi
git rev-list --boundary "$TREE_HEAD" --stdin <"$GIT_DIR/known" >"$GIT_DIR/commits"
count=$(grep -c '^[^-]' "$GIT_DIR/commits") || say nothing
bases=$(sed -n 's/^-//p' "$GIT_DIR/commits" | sort -u | head -n 101 | tr '\n' ' ')
git rev-list --objects "$TREE_HEAD" --stdin <"$GIT_DIR/known" >"$GIT_DIR/new"
size=$(cut -d ' ' -f 1 "$GIT_DIR/new" | git cat-file --batch-check='%(objectsize)' | awk '{ size += $1 } END { printf "%d", size }')
say outgoing "$TREE_BRANCH" "$TREE_HEAD" "$TREE_ADDRESS" "$known" "$count" "$size" "$bases"

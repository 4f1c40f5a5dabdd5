#!/bin/sh
# Commit files to the branch of a work tree as they were looked through, and say what came of it: one word, then what
# belongs to it. It is run beside the tree; nothing else of its index is committed.
# Arguments: the branch, the head, what is committed as mode, object and path, each ended by NUL (in base64), the
# author's name and address where the tree names none, the message.
set -eu
say() {
  printf '%s\n' "$@"
  exit 0
}
[ "$TREE_BRANCH $TREE_HEAD" = "$1 $2" ] || say moved
[ ! -e "$TREE_GIT/index.lock" ] || say locked 0
printf '%s' "$3" | base64 -d >"$GIT_DIR/wanted"
cut -z -f 2- <"$GIT_DIR/wanted" >"$GIT_DIR/paths"
[ -z "$(xargs -0r stat -c %s -- <"$GIT_DIR/paths" | awk '$1 > 1000000')" ] || say changed
# The new objects are the tree's own from here on.
export GIT_OBJECT_DIRECTORY="$TREE_OBJECTS"
export GIT_INDEX_FILE="$GIT_DIR/found"
git read-tree "$TREE_HEAD"
(ulimit -f 131072 && git update-index --add --replace -z --stdin <"$GIT_DIR/paths") 2>"$GIT_DIR/error" ||
  say unwritable "$(head -c 300 "$GIT_DIR/error")"
found=$(git write-tree)
export GIT_INDEX_FILE="$GIT_DIR/checked"
git read-tree "$TREE_HEAD"
git update-index --add --replace -z --index-info <"$GIT_DIR/wanted"
tree=$(git write-tree 2>/dev/null) || say changed
[ "$tree" = "$found" ] || say changed
[ "$tree" != "$(git rev-parse "$TREE_HEAD^{tree}")" ] || say nothing
export GIT_AUTHOR_NAME="${TREE_NAME:-$4}" GIT_AUTHOR_EMAIL="${TREE_EMAIL:-$5}"
export GIT_COMMITTER_NAME="$GIT_AUTHOR_NAME" GIT_COMMITTER_EMAIL="$GIT_AUTHOR_EMAIL"
commit=$(printf '%s' "$6" | git -c i18n.commitEncoding=UTF-8 commit-tree -p "$TREE_HEAD" -F - "$tree")

# The tree's own index has them first, as after `git add`: whoever is killed here has lost nothing.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY
theirs() { GIT_ALLOW_PROTOCOL=none command git -c core.hooksPath=/dev/null -c core.fsmonitor=false "$@"; }
printf '%s' "$3" | base64 -d | theirs update-index --add --replace -z --index-info 2>/dev/null || say locked 0
theirs update-ref -m 'commit: forgotten files' "refs/heads/$1" "$commit" "$TREE_HEAD" 2>/dev/null || say moved
say committed "$commit"

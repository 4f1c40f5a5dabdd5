#!/bin/sh
# Push one commit to one branch, never by force and without hooks, and say what the remote has then. It is run beside
# the tree.
# Arguments: the commit, the branch, the address that it is meant for.
set -eu
if [ "$TREE_ADDRESS" != "$3" ]; then
  printf 'its remote was changed meanwhile\n'
  exit 0
fi
git -c push.followTags=false push --no-verify --no-signed --quiet --recurse-submodules=no pilothouse "$1:refs/heads/$2" 2>&1 || :
has=$(git ls-remote --heads pilothouse "refs/heads/$2" | cut -f 1)
printf '%s\n' "$has"
[ "$has" = "$1" ] || exit 0
# As the tree's own push would have noted it.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
git -c core.hooksPath=/dev/null -c core.fsmonitor=false update-ref "refs/remotes/$TREE_REMOTE/$2" "$1" >/dev/null 2>&1 || :

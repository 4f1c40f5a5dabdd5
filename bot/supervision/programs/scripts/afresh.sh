#!/bin/sh
# Run a program with the repository in which a try's work tree is read, of which a fixer may have changed anything: only
# its objects and its index are kept, so that git does nothing but what we say.
# Arguments: the try's place, the program with its arguments.
set -eu
umask 077
kept=$1/read.git
[ ! -L "$kept" ] && [ ! -L "$1/tree" ]
for part in config config.worktree commondir gitdir hooks info worktrees refs/replace objects/info index.lock; do
  rm -rf "${kept:?}/$part"
done
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_NO_REPLACE_OBJECTS=1 GIT_ATTR_NOSYSTEM=1
git init --bare --quiet --template= "$kept"
mkdir -p "$kept/objects/info"
printf '%s\n' "${1%/tries/*}/clone.git/objects" >"$kept/objects/info/alternates"
export GIT_DIR="$kept" GIT_WORK_TREE="$1/tree"
shift
exec "$@"

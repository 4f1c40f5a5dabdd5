#!/bin/sh
# Give a try's work tree what a commit has, or what was kept at a moment, but leave what git ignores, such as what was
# built.
# Arguments: the try's place, the commit, the moment's name (or nothing).
set -eu
wanted=$2
[ -z "${3:-}" ] || wanted=$(cat "$1/tree-$3")
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_NO_REPLACE_OBJECTS=1
rm -rf "$1/tree/.git/index.lock" "$1/read.git/index.lock"
export GIT_DIR="$1/read.git" GIT_WORK_TREE="$1/tree"
git -c core.hooksPath=/dev/null -c core.fsmonitor=false read-tree --reset -u "$wanted"
cd "$1/tree"
git -c core.fsmonitor=false clean --quiet -d --force --force --exclude=/.git
printf 'reset\n'

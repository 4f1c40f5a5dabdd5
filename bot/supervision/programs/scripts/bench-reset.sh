#!/bin/sh
# Give a try's work tree what a commit has, or what was kept at a moment, but leave what git ignores, such as what was
# built. It is run by afresh.sh.
# Arguments: the try's place, the commit, the moment's name (or nothing).
set -eu
wanted=$2
[ -z "${3:-}" ] || wanted=$(cat "$1/tree-$3")
git() { command git -c core.hooksPath=/dev/null -c core.fsmonitor=false "$@"; }
cd "$1/tree"
git read-tree --reset -u "$wanted"
git clean --quiet -d --force --force --exclude=/.git
printf 'reset\n'

#!/bin/sh
# Say which commits of a work tree its remote lacks: one word, then what belongs to it.
# Arguments: the work tree, the repository's default branch.
set -eu
export GIT_TERMINAL_PROMPT=0 GIT_OPTIONAL_LOCKS=0
say() {
  printf '%s\n' "$@"
  exit 0
}
git() { command git -c core.hooksPath=/dev/null -c core.fsmonitor=false "$@"; }
cd "$1" 2>/dev/null || say missing
git rev-parse --is-inside-work-tree >/dev/null 2>&1 || say missing
branch=$(git symbolic-ref --quiet --short HEAD) || say detached
head=$(git rev-parse --verify --quiet HEAD) || say nothing
[ "$branch" != "$2" ] || say default
remote=$(git config "branch.$branch.remote") || remote=origin
address=$(git remote get-url --push "$remote" 2>/dev/null) || say remoteless
listed=$(git ls-remote --heads "$remote" "refs/heads/$branch" 2>&1) || say unreachable "$listed"
known=$(printf '%s' "$listed" | cut -f 1)
if [ -n "$known" ]; then
  git cat-file -e "$known^{commit}" 2>/dev/null || say diverged "$branch"
  git merge-base --is-ancestor "$known" HEAD || say diverged "$branch"
fi
count=$(git rev-list --count HEAD --not --remotes="$remote" ${known:+"$known"})
[ "$count" != 0 ] || say nothing
say outgoing "$branch" "$head" "$remote" "$address" "$known" "$count"

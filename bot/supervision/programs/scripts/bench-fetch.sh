#!/bin/sh
# Bring a commit into the kept clone, and give a try a work tree of it: one word, then what belongs to it.
# Arguments: the repository's place, the try's place, the remote, the commit, its branch.
#
# The work tree is a repository of its own that borrows the clone's objects, so that nothing a fixer tells git reaches
# the clone; of what a fixer may have written into the clone nevertheless, only objects are kept.
set -eu
umask 077
export GIT_TERMINAL_PROMPT=0 GIT_LFS_SKIP_SMUDGE=1 GIT_NO_REPLACE_OBJECTS=1 GIT_ALLOW_PROTOCOL=https:http:ssh:file
say() {
  printf '%s\n' "$@"
  exit 0
}
git() {
  command git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c gc.autoDetach=false \
    -c maintenance.autoDetach=false -c advice.detachedHead=false "$@"
}
clone=$1/clone.git try=$2 remote=$3 sha=$4 branch=$5

[ ! -L "$clone" ]
for part in hooks info refs/replace config config.worktree commondir gitdir worktrees objects/info; do
  rm -rf "${clone:?}/$part"
done
rm -rf "$try/tree" "$try/read.git"
git init --bare --quiet --template= "$clone" || say unwritable
find "$clone" -name '*.lock' -delete # of a fetch that was killed
git -C "$clone" fetch --quiet --no-tags --no-write-fetch-head --no-recurse-submodules -- "$remote" \
  "+refs/heads/$branch:refs/heads/$branch" 2>"$try/fetch" || true
if ! git -C "$clone" cat-file -e "$sha^{commit}" 2>/dev/null; then
  [ ! -s "$try/fetch" ] || say unreachable "$(tail -c 2000 "$try/fetch")"
  git -C "$clone" fetch --quiet --no-tags --no-write-fetch-head --no-recurse-submodules -- "$remote" "$sha" \
    2>"$try/fetch" || say no-commit "$(tail -c 2000 "$try/fetch")"
fi

git init --quiet --template= "$try/tree"
git init --bare --quiet --template= "$try/read.git"
printf '%s\n' "$clone/objects" | tee "$try/read.git/objects/info/alternates" >"$try/tree/.git/objects/info/alternates"
git -C "$try/tree" checkout --quiet --detach "$sha" 2>"$try/fetch" || say unreadable "$(tail -c 2000 "$try/fetch")"
cp "$try/tree/.git/index" "$try/read.git/index"
say ready

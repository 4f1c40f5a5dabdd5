#!/bin/sh
# Run a program beside a git work tree: it sees the tree's files, index, objects and refs, and none of its configuration.
# Arguments: the tree, the repository's default branch, whether the remote is asked (local, remote), the program with
# its arguments.
#
# Whoever works in a tree can write to its .git, and what stands there can name programs: hooks, filters, a monitor, a
# helper, an address. So git works in a repository of our own, made for this call; its objects are the tree's, and only
# settings that run nothing are taken over. The branch, the head and the remote are told by variables.
set -eu
umask 077
export GIT_TERMINAL_PROMPT=0 GIT_OPTIONAL_LOCKS=0 GIT_NO_REPLACE_OBJECTS=1 GIT_NO_LAZY_FETCH=1 GIT_ASKPASS='' SSH_ASKPASS=''
export GIT_ALLOW_PROTOCOL=none
say() {
  printf '%s\n' "$@"
  exit 0
}
cd -P -- "$1" 2>/dev/null || say missing
default=$2 reach=$3
shift 3
tree=$PWD
[ -e "$tree/.git" ] || say missing
ours=$(mktemp -d "${TMPDIR:-/tmp}/pilothouse-XXXXXXXX")
trap 'rm -rf "$ours"' EXIT
trap 'exit 143' TERM INT HUP

# What is read here reads files, and runs nothing.
theirs() { GIT_CEILING_DIRECTORIES=${tree%/*} command git -c core.fsmonitor=false -c core.hooksPath=/dev/null "$@"; }
set -f
places=$(theirs rev-parse --absolute-git-dir --git-common-dir 2>"$ours/error") || say unreadable "$(head -c 300 "$ours/error")"
git_dir=${places%
*} common=${places#*
}
case $common in /*) ;; *) common=$tree/$common ;; esac
branch=$(theirs symbolic-ref --quiet HEAD) || say detached
branch=${branch#refs/heads/}
head=$(theirs rev-parse --verify --quiet 'HEAD^{commit}') || say nothing
[ "$branch" != "$default" ] || say default
theirs config --get-regexp '^(user\.(name|email)|remote\.pushdefault|branch\..*\.(push)?remote)$' >"$ours/told" || :
told() { awk -v key="$1 " 'index($0, key) == 1 { value = substr($0, length(key) + 1) } END { print value }' "$ours/told"; }
remote=$(told "branch.$branch.pushremote")
[ -n "$remote" ] || remote=$(told remote.pushdefault)
[ -n "$remote" ] || remote=$(told "branch.$branch.remote")
case $remote in '' | .) remote=origin ;; esac
TREE_NAME=$(told user.name) TREE_EMAIL=$(told user.email)
pushed=$(theirs rev-parse --verify --quiet "refs/remotes/$remote/$branch^{commit}") || :
base=$(theirs rev-parse --verify --quiet "refs/remotes/$remote/$default^{commit}") || :

mkdir -p "$ours/refs" "$ours/objects/info" "$ours/info"
printf '%s\n' "$head" >"$ours/HEAD"
printf '%s\n' "$common/objects" >"$ours/objects/info/alternates"
for one in info/exclude info/attributes shallow; do
  [ ! -f "$common/$one" ] || cp -- "$common/$one" "$ours/$one"
done
set +f
for one in "$git_dir"/sharedindex.*; do
  [ ! -f "$one" ] || ln -s -- "$one" "$ours/"
done
cat >"$ours/config" <<'CONFIG'
[core]
  bare = false
  hooksPath = /dev/null
  fsmonitor = false
  untrackedCache = false
  bigFileThreshold = 512m
[gc]
  auto = 0
[maintenance]
  auto = false
[credential]
  interactive = false
CONFIG
ours() { command git config --file "$ours/config" "$@"; }
plain='^(core\.(autocrlf|eol|filemode|ignorecase|precomposeunicode|symlinks|checkstat|trustctime|sharedrepository|'
plain="$plain"'excludesfile|attributesfile)|credential\.(.*\.)?username|http\.(.*\.)?(extraheader|proxy|sslcainfo|version))$'
# Who asks the remote proves himself by his own settings. Nobody else needs them, and they can name programs of the tree.
scope='--local --includes'
[ "$reach" = remote ] || scope=
# shellcheck disable=SC2086 # none, one or two
theirs config $scope --get-regexp "$plain" >"$ours/plain" || :
while read -r key value; do
  # As git writes it itself where a tree is made.
  [ "$key=$value" = core.filemode=true ] || ours --add "$key" "$value" || :
done <"$ours/plain"
# Where the remote is, and what proves us to it: helpers that are git's own and are given a file at most, a key of ssh.
find_remote() {
  theirs config --local --includes --get-all credential.helper >"$ours/told" || :
  grep -E '^((store|cache)( --?[a-z]+([ =][A-Za-z0-9_./~-]+)?)*)?$' "$ours/told" >"$ours/helpers" || :
  while read -r helper; do ours --add credential.helper "$helper"; done <"$ours/helpers"
  ssh=$(theirs config --local --includes core.sshCommand) || :
  option='-i [A-Za-z0-9_./~-]+|-o IdentitiesOnly=yes|-o (UserKnownHostsFile|IdentityFile)=[A-Za-z0-9_./~-]+|-o StrictHostKeyChecking=(yes|accept-new)'
  if printf '%s\n' "$ssh" | grep -Eqx "ssh( ($option))*"; then ours core.sshCommand "$ssh"; fi
  addresses=$(theirs config --get-all "remote.$remote.pushurl" || theirs config --get-all "remote.$remote.url") || return 0
  ours remote.pilothouse.url "$addresses"
  export GIT_ALLOW_PROTOCOL=file:git:http:https:ssh
  TREE_ADDRESS=$(GIT_DIR="$ours" command git remote get-url --push pilothouse | sed 's#://[^/@]*@#://#')
}
TREE_ADDRESS=
if [ "$reach" = local ]; then export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1; else find_remote; fi
export GIT_DIR="$ours" GIT_WORK_TREE="$tree" GIT_INDEX_FILE="$git_dir/index"
export TREE_GIT="$git_dir" TREE_OBJECTS="$common/objects" TREE_BRANCH="$branch" TREE_HEAD="$head" TREE_REMOTE="$remote"
export TREE_PUSHED="$pushed" TREE_BASE="$base" TREE_NAME TREE_EMAIL TREE_ADDRESS
"$@"

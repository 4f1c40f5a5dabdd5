#!/bin/sh
# Run a program beside a git work tree: it sees the tree's files, index, objects and refs, and none of its configuration.
# Arguments: the tree, the repository's default branch, whether the remote is asked (local, remote), the program with
# its arguments.
#
# Whoever works in a tree can write to its .git, and what stands there can name programs: hooks, filters, a monitor, a
# helper, an address. So git works in a repository of our own, made for this call; its objects are the tree's, and only
# settings that run nothing are taken over. The branch, the head and the remote are told by variables.
set -euf
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
ours=$(mktemp -d "${TMPDIR:-/tmp}/pilothouse-work-XXXXXXXX")
trap 'rm -rf "$ours"' EXIT
trap 'exit 143' TERM INT HUP

# What is read here reads files, and runs nothing.
theirs() { GIT_CEILING_DIRECTORIES=${tree%/*} command git -c core.fsmonitor=false -c core.hooksPath=/dev/null "$@"; }
git_dir='' common='' head='' branch=''
theirs rev-parse --absolute-git-dir --git-common-dir HEAD --symbolic-full-name HEAD >"$ours/places" 2>"$ours/error" || :
{ IFS= read -r git_dir && IFS= read -r common && read -r head && read -r branch; } <"$ours/places" || :
if [ -z "$common" ]; then
  ! grep -q 'dubious ownership' "$ours/error" || say unowned
  say unreadable "$(head -c 300 "$ours/error")"
fi
case $common in /*) ;; *) common=$tree/$common ;; esac
[ -n "$branch" ] || say nothing
[ "$branch" != HEAD ] || say detached
branch=${branch#refs/heads/}
[ "$branch" != "$default" ] || say default

plain='core\.(autocrlf|eol|filemode|ignorecase|precomposeunicode|symlinks|checkstat|trustctime|sharedrepository|'
plain="$plain"'excludesfile|attributesfile)|credential\.(.*\.)?username|http\.(.*\.)?(extraheader|proxy|sslcainfo|version)'
who='user\.(name|email)|remote\.pushdefault|branch\..*\.(push)?remote'
theirs config --get-regexp "^($plain|$who)\$" >"$ours/told" || :
TREE_NAME='' TREE_EMAIL='' remote='' chosen='' own=''
: >"$ours/plain"
while read -r key value; do
  case $key in
  user.name) TREE_NAME=$value ;;
  user.email) TREE_EMAIL=$value ;;
  remote.pushdefault) chosen=$value ;;
  "branch.$branch.pushremote") own=$value ;;
  "branch.$branch.remote") remote=$value ;;
  branch.*) ;;
  core.filemode) [ "$value" = true ] || printf '%s %s\n' "$key" "$value" >>"$ours/plain" ;; # as git has it by itself
  *) printf '%s %s\n' "$key" "$value" >>"$ours/plain" ;;
  esac
done <"$ours/told"
remote=${own:-${chosen:-$remote}}
case $remote in '' | .) remote=origin ;; esac
pushed='' base=''
theirs for-each-ref --format='%(objectname) %(refname)' "refs/remotes/$remote/$branch" "refs/remotes/$remote/$default" >"$ours/refs"
while read -r commit ref; do
  case $ref in
  "refs/remotes/$remote/$branch") pushed=$commit ;;
  "refs/remotes/$remote/$default") base=$commit ;;
  esac
done <"$ours/refs"

rm "$ours/refs"
mkdir -p "$ours/refs" "$ours/objects/info" "$ours/info"
printf '%s\n' "$head" >"$ours/HEAD"
printf '%s\n' "$common/objects" >"$ours/objects/info/alternates"
for one in info/exclude info/attributes shallow; do
  [ ! -s "$common/$one" ] || cp -- "$common/$one" "$ours/$one"
done
set +f
for one in "$git_dir"/sharedindex.*; do
  [ ! -f "$one" ] || ln -s -- "$one" "$ours/"
done
printf '[%s]\n%s = %s\n' core bare false core hooksPath /dev/null core fsmonitor false core untrackedCache false \
  core bigFileThreshold 512m gc auto 0 maintenance auto false credential interactive false >"$ours/config"
ours() { command git config --file "$ours/config" "$@"; }

# Where the remote is, and what proves us to it: helpers that are git's own and are given a file at most, a key of ssh.
# Who asks the remote does so with his own settings, too, so they are not taken over twice.
find_remote() {
  theirs config --local --includes --get-regexp "^($plain)\$" >"$ours/plain" || :
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
# What nobody asks the remote for needs none of them, and they can name programs of the tree.
if [ "$reach" = local ]; then export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1; else find_remote; fi
while read -r key value; do ours --add "$key" "$value" || :; done <"$ours/plain"
export GIT_DIR="$ours" GIT_WORK_TREE="$tree" GIT_INDEX_FILE="$git_dir/index"
export TREE_GIT="$git_dir" TREE_OBJECTS="$common/objects" TREE_BRANCH="$branch" TREE_HEAD="$head" TREE_REMOTE="$remote"
export TREE_PUSHED="$pushed" TREE_BASE="$base" TREE_NAME TREE_EMAIL TREE_ADDRESS
"$@"

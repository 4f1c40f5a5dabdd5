#!/bin/sh
# Make the place of a try, and away with what older tries left: one word, then what belongs to it.
# Arguments: the repository's place, the try's place, how many KiB have to be free.
set -eu
umask 077
say() {
  printf '%s\n' "$@"
  exit 0
}
[ -d "${1%/*}" ] || say missing
command -v git >/dev/null 2>&1 || say no-git
mkdir -p "$1/tries" "$1/cache" "$2/jobs" "$2/home" 2>/dev/null || say unwritable
find "$1/tries" -mindepth 1 -maxdepth 1 -mtime +1 ! -path "$2" -exec rm -rf {} + 2>/dev/null || true
free() { df -Pk "$1" | awk 'NR == 2 { print $4 }'; }
if [ "$(free "$1")" -lt "$3" ]; then # what can be made again goes first; settings of tools stay
  cd "$1/cache"
  rm -rf target xdg npm go go-build cargo/registry cargo/git
fi
left=$(free "$1")
[ "$left" -ge "$3" ] || say full "$left"
say made

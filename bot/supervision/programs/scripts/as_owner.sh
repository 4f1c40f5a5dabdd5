#!/bin/sh
# Run a program as the owner of a folder, where we are root and he is not: git and tmux answer their own user only.
# Arguments: the folder, the program with its arguments.
set -eu
owner=$(stat -c %U -- "$1")
shift
if [ "$(id -u)" = 0 ] && [ "$owner" != root ]; then
  exec runuser -u "$owner" -- env "HOME=$(getent passwd "$owner" | cut -d : -f 6)" "$@"
fi
exec "$@"

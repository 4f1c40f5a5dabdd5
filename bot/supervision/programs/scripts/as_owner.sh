#!/bin/sh
# Run a program as the one it belongs to: the user that is named, or else the owner of a folder, with nothing of our own
# environment. Git and tmux answer their own user only.
# Arguments: whom it never runs as (root or any), the user (or nothing), the folder, where it begins, the program with
# its arguments.
set -eu
never=$1 user=$2 folder=$3 begins=$4
shift 4
refuse() {
  printf '%s\n' "$1" >&2
  exit 126
}
until [ -e "$folder" ]; do folder=$(dirname -- "$folder"); done
is_named=$user
[ -n "$user" ] || user=$(stat -c %U -- "$folder")
number=$(id -u -- "$user" 2>/dev/null) || refuse "there is no user $user"
own=$(id -u)
[ "$never" != root ] || [ "$number" != 0 ] || [ "$own" != 0 ] || refuse "nothing is run as root: name another user for the host"

# Whether none but root can put something else in the folder's place: a folder that seems to be root's may be somewhere
# else by a link, or one that all may write to.
is_roots_alone() {
  path=$folder
  set -- "$path"
  while [ "${path%/*}" != "$path" ] && [ -n "${path%/*}" ]; do
    path=${path%/*}
    set -- "$@" "$path"
  done
  stat -c '%u %g %a' -- "$@" | awk '
    { other = $3 % 10; group = int($3 / 10) % 10; sticky = int($3 / 1000) % 2 }
    $1 != 0 || ((int(other / 2) % 2 || (int(group / 2) % 2 && $2 != 0)) && (NR == 1 || !sticky)) { open = 1 }
    END { exit open }'
}
if [ "$number" = 0 ] && [ -z "$is_named" ] && [ "$own" = 0 ]; then
  is_roots_alone || refuse "others could have put $folder there for root: name a user for the host"
fi

# shellcheck disable=SC2016 # for the shell that the owner begins with
set -- sh -c 'cd -- "$1" || exit 126; shift; exec "$@"' pilothouse "$begins" "$@"
if [ "$own" = 0 ] && [ "$number" != 0 ]; then
  HOME=$(getent passwd "$user" | cut -d : -f 6)
  set -- runuser -u "$user" -- "$@"
elif [ "$own" != "$number" ]; then
  [ -z "$is_named" ] || refuse "only root can run it as $user"
  user=$(id -un)
fi
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec env -i "PATH=$path" "HOME=${HOME:-/}" "USER=$user" "LOGNAME=$user" LC_ALL=C.UTF-8 "$@"

#!/bin/sh
# Say how sessions stand: the boot, then one line for each: its number, one word, then what belongs to it.
# Arguments: whether those found are marked (yes, no), then for each session: its mark, its name in tmux, the socket of
# the tmux server (or nothing), its work tree (or nothing), the process seen last as pane, number and start (or
# nothing), its sign of life as file, log, command or terminal, and which one. Those of another owner than the first
# are not told: a tmux server answers its own user only.
# shellcheck disable=SC2154,SC2034 # panes.sh stands before it and reads them
marks=$1
shift
owner=$(stat -c %u -- "$4" 2>/dev/null)

sign() {
  case $kind in
  file) stat -L -c 'f%Y.%s' -- "$beat" 2>/dev/null || printf 'f' ;;
  log) stat -L -c 'l%i.%s' -- "$beat" 2>/dev/null || printf 'l' ;;
  command) printf 'c%s' "$(cd "${folder:-/}" && timeout 3 sh -c "$beat" 2>/dev/null </dev/null | head -c 65536 | cksum | tr ' ' .)" ;;
  *) printf 't%s' "$1" ;;
  esac
}

tell() {
  [ "$1" != taken ] || { printf 'taken %s' "$(brief "$2")" && return 0; }
  alive=$1 running=$2 stopped=$3 id=$4 number_of=$5 dead=$6 status=$7 signal=$8 mark_now=$9 key=${10} activity=${11}
  shift 11
  if [ "$marks" = yes ] && [ "$mark_now" = t/ ]; then
    ask_tmux set-option -p -t "$id" @pilothouse "${mark#*/}" \; set-option -p -t "$id" @pilothouse_of "${mark%%/*}" \; \
      set-option -p -t "$id" remain-on-exit on >/dev/null 2>&1
  fi
  printf 'pane %s %s b%s %s %s %s %s' "$id" "$number_of" "$(started "$number_of")" "$dead" "$status" "$signal" "$key"
  printf ' r%s z%s n%s %s %s' "$running" "$stopped" "$alive" "$(sign "$activity")" "$(brief "$*")"
}

look() {
  [ -z "$folder" ] || [ -d "$folder" ] || { printf 'no-folder' && return 0; }
  [ -z "$folder" ] || [ "$(stat -c %u -- "$folder" 2>/dev/null)" = "$owner" ] || { printf 'other' && return 0; }
  command -v tmux >/dev/null 2>&1 || { printf 'no-tmux' && return 0; }
  list
  [ -z "$problem" ] || { printf 'unclear %s' "$problem" && return 0; }
  chosen=$(choose)
  # shellcheck disable=SC2086 # its parts
  if [ -n "$chosen" ]; then tell $chosen; elif [ -n "$pid" ]; then left; else printf 'absent'; fi
}

printf 'boot %s\n' "$boot"
number=0
while [ "$#" -ge 9 ]; do
  mark=$1 name=$2 socket=$3 folder=$4 pane=$5 pid=$6 start=$7 kind=$8 beat=$9
  shift 9
  printf '%s ' "$number"
  look
  printf '\n'
  number=$((number + 1))
done

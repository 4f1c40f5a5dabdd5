#!/bin/sh
# Start what a session runs, once for each key, and say how it stands: one word, then what belongs to it.
# Arguments: its mark, its name in tmux, the socket of the tmux server (or nothing), its work tree, the process seen
# last as pane, number and start (or nothing), the key, the command, the model (or nothing), whether what runs is ended
# first (yes, no).
#
# The pane's own process is a shell and the command its child: tmux lets its own go on when they are stopped, and a
# key that interrupts the command leaves the shell to tell how it ended. A pane whose process ended is used again with
# all that it has shown, of which tmux would wipe the last screen.
# shellcheck disable=SC2154,SC2034,SC2086 # panes.sh stands before it and reads them; a pane's parts
mark=$1 name=$2 socket=$3 folder=$4 pane=$5 pid=$6 start=$7 key=$8 command=$9 model=${10} forced=${11}
patience=30 # tenths of a second for what is left of the last start to end

say() {
  printf '%s\n' "$@"
  exit 0
}

# What the command left behind in its terminal would do its work a second time.
end_left() {
  [ -n "$pid" ] && [ "$boot" = "${start%.*}" ] || return 0
  for signal in TERM KILL; do
    round=0
    while [ "$round" -lt "$patience" ]; do
      members=$(ps -e -o pid= -o sess= -o stat= | awk -v leader="$pid" '$2 == leader && $1 != leader && $3 !~ /^[ZX]/ { printf "%s ", $1 }')
      [ -n "$members" ] || return 0
      [ "$round" != 0 ] || kill -s "$signal" $members 2>/dev/null
      [ "$round" != 0 ] || kill -s CONT $members 2>/dev/null
      round=$((round + 1))
      sleep 0.1
    done
  done
}

# Ask what runs in the pane to end, and end it; its pane is kept.
end_running() {
  ask_tmux set-option -p -t "$1" remain-on-exit on
  pid=$2 start=$boot.$(started "$2")
  end_left
  kill -s HUP "$2" 2>/dev/null || true
  round=0
  while [ "$round" -lt "$patience" ] && [ -n "$(started "$2")" ]; do
    round=$((round + 1))
    [ "$round" != 20 ] || kill -s KILL "$2" 2>/dev/null || true
    sleep 0.1
  done
}

tell() {
  [ "$1" != taken ] || say taken "$(brief "$2")"
  say "$word" "$4" "$5" "$boot.$(started "$5")"
}

# How the command ended is noted by its shell, too: under load tmux forgets the exit of one pane in sixty (3.3a).
# shellcheck disable=SC2016 # the shell of the pane expands them
shell='trap : INT QUIT
[ -z "$1" ] || printf "%s\n" "$1"
[ -z "$3" ] || export AGENT_MODEL="$3"
sh -lc "$2"
code=$?
timeout 5 tmux set-option -p @pilothouse_exit "$code" >/dev/null 2>&1
exit "$code"'

begin() {
  shown=''
  if [ "${1:-}" = respawn ]; then
    shown=$(ask_tmux capture-pane -p -e -t "$2" | sed -e '/Pane is dead (/d' -e 's/[[:space:]]*$//' | tail -c 16000)
    target=$2
    set -- respawn-pane -t "$target" -c "$folder"
  else
    set -- new-session -d -s "$name" -c "$folder" -x 200 -y 50
    target="=$name:"
  fi
  ask_tmux "$@" sh -c "$shell" agent "$shown" "$command" "$model" \; \
    set-option -p -t "$target" @pilothouse "${mark#*/}" \; set-option -p -t "$target" @pilothouse_of "${mark%%/*}" \; \
    set-option -p -t "$target" @pilothouse_start "$key" \; \
    set-option -p -t "$target" remain-on-exit on \; set-option -p -q -u -t "$target" @pilothouse_exit 2>&1
}

[ -d "$folder" ] || say no-folder
command -v tmux >/dev/null 2>&1 || say no-tmux
list
[ -z "$problem" ] || say unclear "$problem"
chosen=$(choose)
word=running
if [ -n "$chosen" ]; then
  set -- $chosen
  [ "$1" != taken ] || tell "$@"
  [ "${10}" != "k$key" ] || { word=started && tell "$@"; }
  [ "$6" != 0 ] || [ "$forced" = yes ] || tell "$@"
elif [ -n "$pid" ]; then
  case "$(left)" in adrift*) say adrift "$pid" ;; esac
fi
[ -z "$chosen" ] || [ "$6" != 0 ] || end_running "$4" "$5"
end_left
if [ -n "$chosen" ]; then told=$(begin respawn "$4"); else told=$(begin); fi
code=$?
listed_for=- processes=''
list
[ -z "$problem" ] || say unclear "$problem"
chosen=$(choose)
set -- $chosen
[ "$#" -gt 1 ] || say failed "$(brief "$told")"
[ "$code" = 0 ] || [ "${6:-1}" = 0 ] || say failed "$(brief "$told")"
[ "${10:-}" != "k$key" ] || word=started
tell "$@"

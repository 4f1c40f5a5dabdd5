#!/bin/sh
# Stop what runs in a tmux session, or let it go on, and say how it stands then: one word, then what belongs to it.
# Arguments: STOP or CONT, the session's mark, its name in tmux, the socket of the tmux server (or nothing), its work
# tree (or nothing), the process seen last as pane, number and start (or nothing).
#
# A pane's own process is left alone: tmux lets it go on at once when it is stopped. So it has to be a shell, and the
# agent its child.
# shellcheck disable=SC2154,SC2034,SC2086 # panes.sh stands before it and reads them; a pane's parts
set -eu
action=$1 mark=$2 name=$3 socket=$4 folder=$5 pane=$6 pid=$7 start=$8
say() {
  printf '%s\n' "$@"
  exit 0
}
need_pane
set -- $chosen
session=$(ask_tmux display-message -p -t "$4" '#{session_id}') || say no-session
listed=$(ask_tmux list-panes -s -t "$session" -F '#{pane_dead} #{pane_pid} #{pane_id}' 2>&1) || say no-session
panes=$(printf '%s\n' "$listed" | awk '$1 == 0 { print $2, $3 }')
[ -n "$panes" ] || say ended
shells=$(printf '%s\n' "$panes" | awk '{ printf "%s ", $1 }')

# All that the panes' own processes have started, whatever terminals it has now.
family() {
  ps -e -o pid= -o ppid= -o sess= | awk -v shells="$shells" '
    BEGIN { count = split(shells, first, " "); for (i = 1; i <= count; i++) of_pane[first[i]] = member[first[i]] = 1 }
    { pid[NR] = $1; parent[NR] = $2; terminal[NR] = $3 }
    END {
      do {
        grown = 0
        for (i = 1; i <= NR; i++)
          if (!(pid[i] in member) && ((parent[i] in member) || (terminal[i] in member))) { member[pid[i]] = 1; grown = 1 }
      } while (grown)
      for (one in member) if (!(one in of_pane)) printf "%s ", one
    }'
}

# An interactive shell ignores SIGTTIN, the 21st; when its job stops, it takes the terminal back.
is_interactive() {
  ignored=$(awk '$1 == "SigIgn:" { print substr($2, 9) }' "/proc/$1/status" 2>/dev/null) || return 1
  [ "$((0x${ignored:-0} & 0x100000))" != 0 ]
}

# A pane whose process is no shell and has no child is the agent itself.
alone() {
  printf '%s\n' "$panes" | while read -r pid _; do
    name=$(ps -o comm= -p "$pid") || continue
    case "$name" in sh | *bash | dash | zsh | fish | ksh | ash | busybox) ;; *) printf '%s\n' "$name" && break ;; esac
  done
}

foreground() {
  printf '%s\n' "$panes" | while read -r pid pane; do
    if is_interactive "$pid"; then ask_tmux send-keys -t "$pane" fg Enter; fi
  done
}

case " $(family)" in *" $$ "*) say own ;; esac
name=$(alone)
[ -z "$name" ] || say alone "$name"
[ "$action" = STOP ] || foreground
round=0
while [ "$round" -lt 60 ]; do
  members=$(family)
  [ -n "$members" ] || say idle
  printf '%s' "$members" | xargs kill -s "$action" 2>/dev/null || true
  members=$(family) # one of them may have begun another before it was reached
  [ -n "$members" ] || say idle
  states=$(ps -o stat= -p "$(printf '%s' "$members" | sed 's/ *$//; s/  */,/g')") || true
  if [ "$action" = STOP ]; then left=$(printf '%s\n' "$states" | grep -c '^[^TtZX]') || true
  else left=$(printf '%s\n' "$states" | grep -c '^[Tt]') || true; fi
  [ "$left" != 0 ] || say all "$(printf '%s' "$members" | wc -w)"
  round=$((round + 1))
  sleep 0.1
done
say left "$left"

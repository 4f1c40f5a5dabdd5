#!/bin/sh
# Show the end of what the terminal of a session has shown: one word, then its lines.
# Arguments: the agent, its session, the socket of the tmux server (or nothing), how many lines, how many bytes at most.
#
# Lines that the terminal has wrapped are joined, so that nothing that must be masked stands on two of them; for the same
# reason a line is shown whole or not at all.
set -eu
agent=$1 session=$2 socket=$3 lines=$4 most=$5
say() {
  printf '%s\n' "$@"
  exit 0
}
command -v tmux >/dev/null 2>&1 || say no-tmux
if [ -n "$socket" ]; then set -- -u -S "$socket"; else set -- -u; fi
panes=$(tmux "$@" list-panes -a -F '#{pane_id} #{window_active}#{pane_active} #{session_name} #{@pilothouse}' 2>/dev/null) ||
  say no-session
# The pane that one sees first; tmux writes an underscore for what a name of its own may not hold.
pane=$(printf '%s\n' "$panes" | awk -v agent="$agent" -v session="$session" '
  BEGIN { gsub(/[.:]/, "_", session) }
  $4 == agent || $3 == session { rank = ($4 == agent) * 2 + ($2 == "11"); if (rank >= best) { best = rank; found = $1 } }
  END { print found }')
[ -n "$pane" ] || say no-session
echo shown
tmux "$@" capture-pane -p -J -t "$pane" -S "-$lines" | sed 's/[[:space:]]*$//' | awk -v lines="$lines" -v most="$most" '
  { line[NR] = $0; if (length($0)) last = NR }
  END {
    first = last - lines + 1
    for (i = last; i >= 1 && i >= first; i--) { size += length(line[i]) + 1; if (size > most) break; begin = i }
    if (begin) for (i = begin; i <= last; i++) print line[i]
  }'

#!/bin/sh
# Show the end of what the terminal of a session has shown: one word, then its lines.
# Arguments: its mark, its name in tmux, the socket of the tmux server (or nothing), its work tree, the process seen
# last as pane, number and start (or nothing), how many lines, how many bytes at most.
#
# Lines that the terminal has wrapped are joined, so that nothing that must be masked stands on two of them; for the same
# reason a line is shown whole or not at all.
# shellcheck disable=SC2154,SC2034,SC2086 # panes.sh stands before it and reads them; a pane's parts
mark=$1 name=$2 socket=$3 folder=$4 pane=$5 pid=$6 start=$7 lines=$8 most=$9

say() {
  printf '%s\n' "$@"
  exit 0
}

need_pane
set -- $chosen
pane=$4
if [ -n "$socket" ]; then set -- -S "$socket"; else set --; fi
echo shown
timeout -s KILL 5 tmux -u "$@" capture-pane -p -J -t "$pane" -S "-$((lines + 100))" | sed 's/[[:space:]]*$//' | cat -s | awk -v lines="$lines" -v most="$most" '
  { line[NR] = $0; if (length($0)) last = NR }
  END {
    first = last - lines + 1
    for (i = last; i >= 1 && i >= first; i--) { size += length(line[i]) + 1; if (size > most) break; begin = i }
    if (begin) for (i = begin; i <= last; i++) print line[i]
  }'

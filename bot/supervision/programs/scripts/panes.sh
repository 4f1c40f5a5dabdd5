#!/bin/sh
# The panes of a tmux server and whose each is: what is written before the programs about sessions, which set
# mark (repository's id/agent), name, socket, folder, pane, pid and start: of the session that is meant.
# shellcheck disable=SC2154,SC2034 # as said; they read the problem
set -uf
export LC_ALL=C GIT_OPTIONAL_LOCKS=0
width=80 # characters of a message that is repeated
read -r boot </proc/sys/kernel/random/boot_id || boot=unknown
listed_for=- processes=

brief() { printf '%s' "$1" | tr -cs '[:alnum:]._/:()-' ' ' | cut -c "1-$width"; }

# When a process was started, in ticks since the boot; nothing where there is no such process.
started() {
  read -r line 2>/dev/null <"/proc/$1/stat" || return 0
  # shellcheck disable=SC2086 # the fields are numbers
  set -- ${line##*) }
  [ "$1" = Z ] || printf '%s' "${20}"
}

# A server that does not answer still has the client's own output, so that nothing may wait for the end of that.
ask_tmux() {
  said=$(
    {
      if [ -n "$socket" ]; then timeout -s KILL 5 tmux -S "$socket" "$@" 2>&1; else timeout -s KILL 5 tmux "$@" 2>&1; fi
      printf '\ncode %s' "$?"
    } | timeout -s KILL 6 cat
  ) || true
  printf '%s' "${said%?code *}"
  return "${said##*code }"
}

ask_panes() {
  ask_tmux list-panes -a -F '#{pane_id} #{pane_pid} #{pane_dead} s#{?#{==:#{pane_dead_status},},#{@pilothouse_exit},#{pane_dead_status}} g#{pane_dead_signal} t#{@pilothouse_of}/#{@pilothouse} k#{@pilothouse_start} #{window_activity} #{session_name}' 2>&1
}

# All panes of the server, each with how many processes below it run and how many are stopped; or why it is not known.
list() {
  [ "$listed_for" != "$socket" ] || return 0
  listed_for=$socket panes='' problem=''
  listed=$(ask_panes) || {
    case "$?$listed" in
    137*) problem='tmux did not answer' ;;
    *'no server running'* | *'No such file or directory'* | *'Connection refused'*) ;;
    *) problem="tmux says $(brief "$listed")" ;;
    esac
    return 0
  }
  # That a pane is dead is told a moment before how it ended.
  rounds=0
  while [ "$rounds" -lt 5 ] && printf '%s\n' "$listed" | grep -q '^%[0-9]* [0-9]* 1 s g '; do
    rounds=$((rounds + 1))
    sleep 0.2
    listed=$(ask_panes) || { problem='tmux did not answer' && return 0; }
  done
  [ -n "$processes" ] || processes=$(ps -e -o pid= -o ppid= -o sess= -o stat=)
  panes=$(printf '%s\n\n%s\n' "$processes" "$listed" | awk '
    !told && NF == 0 { told = 1; next }
    !told { pid[++count] = $1; parent[$1] = $2; terminal[$1] = $3; stat[$1] = $4; next }
    { row[++rows] = $0; shell[$2] = 1 }
    END {
      for (i = 1; i <= count; i++) {
        one = pid[i]
        if (one in shell || stat[one] ~ /^[ZX]/) continue
        above = terminal[one]; steps = 0
        for (up = parent[one]; !(above in shell) && up > 1 && steps++ < 40; up = parent[up]) above = up
        if (above in shell) { if (stat[one] ~ /^[Tt]/) stopped[above]++; else running[above]++ }
      }
      for (i = 1; i <= rows; i++) {
        split(row[i], part, " ")
        print running[part[2]] + 0, stopped[part[2]] + 0, row[i]
      }
    }')
}

# The pane that is meant: by its mark, as it was seen last, by its session; one that runs before one that has ended.
# Tells how many that run bear the mark, then the pane; or whose the session is; or nothing.
choose() {
  printf '%s\n' "$panes" | awk -v mark="t$mark" -v name="$name" -v pane="$pane" -v pid="$pid" '
    NF < 11 { next }
    {
      rank = 0; named = $11
      for (i = 12; i <= NF; i++) named = named " " $i
      if ($8 == mark) { rank = $5 == 0 ? 5 : 3; if ($5 == 0) alive++ }
      else if ($8 == "t/" && $3 == pane && $4 == pid) rank = 4
      else if ($8 == "t/" && named == name) rank = $5 == 0 ? 2 : 1
      else if (named == name) other = substr($8, 2)
      if (rank > best) { best = rank; chosen = $0 }
    }
    END { if (best) print alive + 0, chosen; else if (other != "") print "taken", other }'
}

# Choose the pane that is meant, or tell by the caller's `say` why there is none.
need_pane() {
  command -v tmux >/dev/null 2>&1 || say no-tmux
  list
  [ -z "$problem" ] || say unclear "$problem"
  chosen=$(choose)
  [ -n "$chosen" ] || say no-session
  [ "${chosen%% *}" != taken ] || say taken
}

# How the process that was seen last stands where its pane is gone: gone, or adrift, or unclear.
left() {
  if [ "$boot" = unknown ]; then printf 'unclear the boot is not known'
  elif [ "$boot" != "${start%.*}" ]; then printf 'gone boot'
  elif [ "$(started "$pid")" = "${start##*.}" ]; then printf 'adrift %s' "$pid"
  else printf 'gone process'; fi
}

#!/bin/sh
# Kill all that belongs to a job: its session, what bears its mark, and what these have started. Say how many are left.
# Arguments: its folder, the leader of its session (or nothing).
set -u
mark="PILOTHOUSE_JOB=$(printf %s "$1" | cksum | tr ' ' -)" leader=${2:-}

members() {
  marked=$(grep -lzFx -e "$mark" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3 | tr '\n' ' ')
  ps -e -o pid= -o ppid= -o sess= -o stat= | awk -v marked="$marked" -v leader="$leader" '
    BEGIN { count = split(marked, first, " "); for (i = 1; i <= count; i++) member[first[i]] = 1 }
    $4 !~ /^[ZX]/ { n++; pid[n] = $1; parent[n] = $2; if (leader != "" && ($1 == leader || $3 == leader)) member[$1] = 1; alive[$1] = 1 }
    END {
      do {
        grown = 0
        for (i = 1; i <= n; i++) if (!(pid[i] in member) && (parent[i] in member)) { member[pid[i]] = 1; grown = 1 }
      } while (grown)
      for (one in member) if (one in alive) printf "%s ", one
    }'
}

round=0
while found=$(members) && [ -n "$found" ] && [ "$round" -lt 40 ]; do
  for signal in STOP KILL; do printf '%s' "$found" | xargs kill -s "$signal" 2>/dev/null; done # none sees another end
  round=$((round + 1))
  sleep 0.05
done
printf '%s' "$found" | wc -w

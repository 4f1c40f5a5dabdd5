#!/bin/sh
# Run a job to its end, whatever becomes of the one who began it: its output is kept up to a size, and at its time limit
# all of it is killed, with what has left its session.
# Arguments: how it is reaped, its folder, its limit in seconds, the most output in bytes, where it begins, its home (or
# nothing), then NAME=value …, the program with its arguments.
set -u
reap=$1 folder=$2 limit=$3 most=$4 begins=$5 home=${6:-${HOME:-/}}
shift 6
umask 077
cd "$folder" || exit
begun=$(date +%s)

# Written over in place, which takes no space on a full disk: how it stands, exit, seconds, whether output is lost, its leader.
note() { printf '%-80s\n' "$*" 1<>state; }

# In a space of processes of its own all of it ends with its first, whatever it did to get away; where the host allows it.
confined() {
  own=
  [ "$(id -u)" = 0 ] || own='--user --map-current-user'
  for way in "unshare $own --pid --fork --kill-child --mount-proc" "unshare $own --pid --fork --kill-child"; do
    if $way true 2>/dev/null; then printf '%s\n' "$way" && return; fi
  done
}

note running - 0 no - || exit
mkfifo pipe || exit
# Head keeps what it read to itself until it is worth a write; whoever looks would see it late.
at_once=
command -v stdbuf >/dev/null 2>&1 && at_once='stdbuf -o0'
# shellcheck disable=SC2086 # it is words
{ $at_once head -c "$most" >out && [ "$(wc -c)" = 0 ]; } <pipe 2>/dev/null &
reader=$!
started=$(sed 's/.*) //' "/proc/$$/stat" | cut -d ' ' -f 20)
printf '%s %s %s %s\n' "$$" "$started" "$(cat /proc/sys/kernel/random/boot_id)" "$begun" >pid.part && mv pid.part pid
way=$(confined)
mark=$(printf %s "$folder" | cksum | tr ' ' -)
# Its first process is a shell: one that is the first of its space would not be ended by a signal of its own.
# shellcheck disable=SC2016 # for that shell
first='exec 3>&2 2>/dev/null; (exec env -i "$@" 2>&3 3>&-); exit "$?"'
(
  cd "$begins" || exit 126
  # shellcheck disable=SC2086 # the way is words
  exec setsid timeout -s KILL "$limit" $way sh -c "$first" pilothouse "PILOTHOUSE_JOB=$mark" \
    "PATH=$PATH" "HOME=$home" "USER=${USER:-}" "LOGNAME=${LOGNAME:-}" LC_ALL=C.UTF-8 "$@"
) >pipe 2>&1 </dev/null &
leader=$!
note running - 0 no "$leader"
wait "$leader"
code=$?
sh -c "$reap" pilothouse "$folder" "$leader" >/dev/null
{ sleep 5 && kill "$reader"; } 2>/dev/null & # where something is left that writes
patience=$!
seconds=$(($(date +%s) - begun))
lost=no
wait "$reader" || lost=yes
kill "$patience" 2>/dev/null
word=ended
if [ "$code" = 137 ] && [ "$seconds" -ge "$limit" ]; then word=killed; fi
note "$word" "$code" "$seconds" "$lost" -
rm -f pipe

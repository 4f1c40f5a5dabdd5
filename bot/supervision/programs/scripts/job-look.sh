#!/bin/sh
# Say how a job stands: a line of words, then the part of its output that begins at a byte, in base64.
# Arguments: its folder, the byte.
set -u
say() {
  printf '%s\n' "$@"
  exit 0
}
cd "$1" 2>/dev/null || say "gone - 0 no 0"
read -r word code seconds lost _ 2>/dev/null <state || say "gone - 0 no 0"

is_alive() {
  read -r process started boot begun <pid || return 1
  seconds=$(($(date +%s) - begun))
  [ "$boot" = "$(cat /proc/sys/kernel/random/boot_id)" ] || return 1
  [ "$started" = "$(sed 's/.*) //' "/proc/$process/stat" 2>/dev/null | cut -d ' ' -f 20)" ]
}

if [ "$word" = running ] && ! is_alive 2>/dev/null; then
  read -r word code seconds lost _ <state # it may have ended just now
  [ "$word" != running ] || word=gone
fi
size=$(stat -c %s out 2>/dev/null) || size=0
printf '%s\n' "$word $code $seconds $lost $size"
[ "$size" -le "$2" ] || tail -c "+$(($2 + 1))" out | head -c 13500 | base64 -w 0

#!/bin/sh
# Write a file from parts, packed and in base64; with the last it is there, all at once. One word, then what belongs to it.
# Arguments: the file, its mode, how long the parts before this one are, the part, whether it is the last (yes or no).
set -eu
file=$1 mode=$2 before=$3 part=$4 is_last=$5
packed=$file.pilothouse-packed
say() {
  printf '%s\n' "$@"
  exit 0
}
unwritable() {
  rm -f -- "$packed" "$file.pilothouse-new"
  say unwritable "${1##*: }"
}
umask 077
folder=$(dirname -- "$file")
told=$(mkdir -p -- "$folder" 2>&1) || unwritable "$told"
[ "$before" != 0 ] || rm -f -- "$packed"
[ "$before" = 0 ] || [ "$(stat -c %s -- "$packed" 2>/dev/null)" = "$before" ] || say torn
told=$( (printf '%s' "$part" | cat >>"$packed") 2>&1) || unwritable "$told"
[ "$is_last" = yes ] || say more
told=$( (base64 -d <"$packed" | gzip -d >"$file.pilothouse-new" && chmod "$mode" "$file.pilothouse-new") 2>&1) ||
  unwritable "$told"
rm -f -- "$packed"
told=$(mv -f -T -- "$file.pilothouse-new" "$file" 2>&1) || unwritable "$told"
say written

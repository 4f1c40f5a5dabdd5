#!/bin/sh
# Tell a part of a file's first bytes, packed and in base64: how long all of it is so, then the part.
# Arguments: the file, how many of its bytes, the part's first character, how many characters.
set -eu
if [ -L "$1" ] || [ ! -f "$1" ]; then echo missing && exit 0; fi
packed=$(head -c "$2" -- "$1" | gzip -9n | base64 -w 0)
printf '%s\n%s' "${#packed}" "$(printf '%s' "$packed" | tail -c "+$3" | head -c "$4")"

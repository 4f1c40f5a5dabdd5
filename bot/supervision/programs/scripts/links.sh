#!/bin/sh
# Tell the symbolic links of a try's work tree, each ended by a NUL, in base64.
# Arguments: the try's place, the commit, how many bytes are told at most.
set -eu
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_NO_REPLACE_OBJECTS=1 GIT_DIR="$1/read.git"
git ls-tree -r -z --full-tree "$2" | tr '\0\n' '\n\0' | sed -n 's/^120000 [^	]*	//p' | tr '\n\0' '\0\n' |
  head -c "$3" | base64 -w 0

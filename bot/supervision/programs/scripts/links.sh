#!/bin/sh
# Tell the symbolic links of a try's work tree, each ended by a NUL, in base64.
# It is run by afresh.sh.
# Arguments: the commit, how many bytes are told at most.
set -eu
git ls-tree -r -z --full-tree "$1" | tr '\0\n' '\n\0' | sed -n 's/^120000 [^	]*	//p' | tr '\n\0' '\0\n' |
  head -c "$2" | base64 -w 0

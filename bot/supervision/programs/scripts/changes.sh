#!/bin/sh
# Tell a part of what the outgoing commits change, packed and in base64, so that it fits into what a host may answer.
# Arguments: the work tree, the head, the remote, what is known of the branch there (or nothing), the part's first byte.
set -eu
export GIT_OPTIONAL_LOCKS=0
cd "$1"
command git -c core.hooksPath=/dev/null -c core.fsmonitor=false log --patch --cc --no-color --no-ext-diff \
  --no-textconv "$2" --not --remotes="$3" ${4:+"$4"} -- | gzip -9n | base64 -w 0 | tail -c "+$5" | head -c 18000

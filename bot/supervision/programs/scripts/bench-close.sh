#!/bin/sh
# Remove a try's place.
# Arguments: the try's place.
set -eu
chmod -R u+rwX "$1" 2>/dev/null || true
rm -rf "$1"
printf 'closed\n'

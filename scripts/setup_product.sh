#!/bin/sh
# Make .venv/product with what an installation has, and nothing that only developers need: what is measured runs there.
set -eu
uv=.venv/bin/uv
here=.venv/product
stamp=$here/requirements.txt
wanted=$($uv export --quiet --frozen --no-dev --extra postgres --extra re2 --extra traces --no-emit-project --format requirements-txt)
[ -f "$stamp" ] && [ "$wanted" = "$(cat "$stamp")" ] && exit 0
rm -rf "$here"
$uv venv --quiet --python .venv/bin/python "$here"
printf '%s\n' "$wanted" > "$here/wanted.txt"
$uv pip sync --quiet --compile-bytecode --python "$here/bin/python" --require-hashes "$here/wanted.txt"
mv "$here/wanted.txt" "$stamp"

#!/bin/sh
# Make .venv/product with what an installation has, and nothing that only developers need: what is measured runs there.
set -eu
uv=.venv/bin/uv
here=.venv/product
wanted=$($uv export --quiet --frozen --no-dev --extra postgres --extra re2 --extra traces --no-emit-project --format requirements-txt)
[ -f "$here/.ready" ] && [ "$wanted" = "$(cat "$here/.ready")" ] && exit 0
rm -rf "$here"
$uv venv --quiet --python .venv/bin/python "$here"
printf '%s\n' "$wanted" > "$here/requirements.txt"
$uv pip sync --quiet --compile-bytecode --python "$here/bin/python" --require-hashes "$here/requirements.txt"
# Its own name and version; the modules themselves are the checkout's, from which the benchmarks are run.
.venv/bin/python -m build --wheel --no-isolation --outdir "$here" . > "$here/build.log"
$uv pip install --quiet --no-deps --python "$here/bin/python" "$here"/pilothouse-*.whl
mv "$here/requirements.txt" "$here/.ready"

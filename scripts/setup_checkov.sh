#!/bin/sh
# Install checkov, which looks Terraform files over for what is not safe, in an environment of its own.
set -eu
folder=$PWD/.venv/checkov
if cmp -s scripts/checkov/requirements.txt "$folder/made-of"; then exit 0; fi
echo "installing checkov for the tests of the pack's Terraform files"
rm -rf "$folder"
.venv/bin/uv venv --quiet --python .venv/bin/python "$folder" &&
  .venv/bin/uv pip sync --quiet --compile-bytecode --python "$folder/bin/python" --require-hashes scripts/checkov/requirements.txt &&
  cp scripts/checkov/requirements.txt "$folder/made-of" && exit 0
echo "checkov could not be installed: its tests will be skipped (failed where CI=true)." >&2

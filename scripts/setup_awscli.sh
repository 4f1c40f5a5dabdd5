#!/bin/sh
# Find the AWS CLI, or install it by its hashes, for the tests of what the pack's workflows call; where it cannot be
# had, they say so and are skipped. A folder of its own holds it, since it wants a botocore of its own.
set -eu
folder=.venv/awscli
locked=scripts/awscli/requirements.txt
if command -v aws >/dev/null 2>&1 && aws --version >/dev/null 2>&1; then exit 0; fi
if [ -x "$folder/bin/aws" ] && cmp -s "$locked" "$folder/requirements.txt"; then exit 0; fi
echo "installing the AWS CLI for the tests of workflows"
if .venv/bin/uv venv --quiet --clear "$folder" &&
  .venv/bin/uv pip install --quiet --python "$folder/bin/python" --require-hashes --requirements "$locked"; then
  cp "$locked" "$folder/requirements.txt"
  exit 0
fi
echo "No AWS CLI found and none could be installed: its tests will be skipped (failed where CI=true)." >&2

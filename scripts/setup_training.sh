#!/bin/sh
# Make .venv-train: what the program needs to run, and the libraries that train its diagnosis.
set -eu
.venv/bin/python -m venv .venv-train
.venv/bin/uv export --quiet --frozen --extra re2 --no-dev --group train --no-emit-project --format requirements-txt \
  --output-file .venv-train/requirements.txt
.venv/bin/uv pip sync --quiet --python .venv-train/bin/python --require-hashes .venv-train/requirements.txt

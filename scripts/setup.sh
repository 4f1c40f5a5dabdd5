#!/bin/sh
# Make .venv with exactly what uv.lock names, and the project in it, editable.
set -eu
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Pilothouse needs Python 3.11 or newer; $PYTHON is $("$PYTHON" --version). Name another: make setup PYTHON=python3.12" >&2
  exit 1
}
"$PYTHON" -m venv .venv || {
  echo "The venv module is missing: install python3-venv (Debian, Ubuntu) and try again." >&2
  exit 1
}
.venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
# The lock names versions and hashes; from where they come is this machine's own configuration.
.venv/bin/uv export --quiet --frozen --all-extras --all-groups --no-group terraform --no-group train --no-emit-project --format requirements-txt \
  --output-file .venv/requirements.txt
# Compiled once here: otherwise, where Python may not write bytecode, every start of the bot would compile again.
.venv/bin/uv pip sync --quiet --compile-bytecode --python .venv/bin/python --require-hashes .venv/requirements.txt
.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .

#!/bin/sh
# The static checks, cheapest first; the first that fails ends the run.
set -eu
bin=.venv/bin
run() { echo "check: $*"; "$@"; }
run $bin/ruff check .
run $bin/ruff format --check .
run $bin/lint-imports --no-cache
run $bin/mypy
run $bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml bot/templates/workflows/*.yml
run $bin/actionlint .github/workflows/*.yml
run $bin/zizmor --offline --quiet .github/workflows bot/templates/workflows/*.yml
run $bin/yamllint --strict .github/workflows bot/templates/workflows app.yml
rendered=$(mktemp -d)
trap 'rm -rf "$rendered"' EXIT
run $bin/python -m scripts.render_pack "$rendered"
run sh scripts/lint_pack.sh "$rendered"
run $bin/shellcheck .ci/run scripts/*.sh bot/supervision/programs/scripts/*.sh

#!/bin/sh
# Holds the packs in the folders of a folder to the linters that the templates themselves are held to.
set -eu
bin=$PWD/.venv/bin
cd "$1"
"$bin/check-jsonschema" --quiet --builtin-schema vendor.github-workflows ./*/.github/workflows/*.yml
"$bin/check-jsonschema" --quiet --builtin-schema vendor.github-actions ./*/.github/actions/*/action.yml
for pack in *; do
  mkdir -p "$pack/.git"  # by which actionlint finds the workflows that others call
done
"$bin/actionlint" ./*/.github/workflows/*.yml
"$bin/zizmor" --offline --quiet .
# What a policy says may be longer than a line of ours.
"$bin/yamllint" --strict -d "{extends: $OLDPWD/.yamllint, rules: {line-length: disable}}" ./*/.github
"$bin/shellcheck" ./*/.github/actions/*/*.sh

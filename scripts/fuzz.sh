#!/bin/sh
# Fuzz each target for some seconds, beginning with the samples of the tests; Atheris comes by its hash, into a folder
# of its own. A crash ends the run, and the file that shows it stands in .venv/fuzz/crashes.
set -eu
seconds=${1:-60}
targets=${2:-"webhook command configuration log report token visitor"}
folder=.venv/fuzz
mkdir -p "$folder/crashes"
.venv/bin/uv export --quiet --frozen --only-group fuzz --no-emit-project --format requirements-txt \
  --output-file "$folder/requirements.txt"
.venv/bin/uv pip install --quiet --target "$folder/site" --require-hashes --requirements "$folder/requirements.txt"
.venv/bin/python -m scripts.fuzz_samples "$folder/samples"
for target in $targets; do
  echo "fuzz: $target for $seconds s"
  mkdir -p "$folder/found/$target" "tests/attacks/crashes/$target"
  PYTHONPATH="$folder/site" .venv/bin/python -m scripts.fuzz "$target" \
    -max_total_time="$seconds" -max_len=65536 -timeout=20 -rss_limit_mb=4096 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$folder/crashes/$target-" \
    "$folder/found/$target" "$folder/samples/$target" "tests/attacks/crashes/$target"
done
echo "fuzz: no target broke"

"""Scores the diagnosis on the labelled logs, as fitted and on projects left out, and fails when it became worse."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.evaluation_table import DOCUMENT, write_table  # noqa: E402 - found by the line above
from scripts.labelled_logs import folder, read_labels, read_logs  # noqa: E402 - as above

SCORER = ROOT.parent / "shared" / "tools" / "score_diagnosis.py"
FITTED, STRANGE, ALONE = "fitted", "leave-projects-out", "fallback alone"

# Means over projects, a little under what was measured, so that only a real loss fails.
LEAST = {
    FITTED: {
        "f1": 0.81, "r30": 0.92, "hit30": 0.96, "tests_r": 0.84, "tests_f1": 0.97, "loc_r": 0.93, "loc_f1": 0.97,
        "cause": 0.87, "cause_ok": 0.94,
    },
    STRANGE: {
        "f1": 0.71, "r30": 0.86, "hit30": 0.95, "tests_f1": 0.97, "loc_f1": 0.97, "cause": 0.88, "cause_ok": 0.95,
    },
    ALONE: {"f1": 0.55, "r30": 0.74, "hit30": 0.86, "cause": 0.61},
}  # fmt: skip
# Means over logs of one kind, fitted.
LEAST_KIND = {("format", "github-actions"): {"f1": 0.80}, ("ecosystem", "rust"): {"f1": 0.80}}


def predict(log: str) -> dict[str, Any]:
    """This function will diagnose one log file."""
    from bot.diagnosis.report import diagnose_stream, log_id, prediction  # noqa: PLC0415 - in the worker process

    with Path(log).open("rb") as stream:
        return prediction(log_id(log), diagnose_stream(stream))


def fitted_predictions(logs: Path, processes: int) -> list[dict[str, Any]]:
    """This function will diagnose all logs with the model that ships, several at a time."""
    paths = [str(logs / row["log"]) for row in read_labels(logs)]
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(predict, paths, chunksize=4))


def left_out_predictions(logs: Path, processes: int) -> dict[str, list[dict[str, Any]]]:
    """This function will diagnose all logs with models that never saw their projects, where they can be trained."""
    try:
        from scripts.cross_validation import strange_predictions, train  # noqa: PLC0415 - needs the group `train`
    except ImportError as error:
        print(f"leave-projects-out skipped: {error}; `make eval` installs what it needs")
        return {}
    training = train(read_logs(logs, processes), processes)
    return {
        STRANGE: strange_predictions(training, alone=False),
        ALONE: strange_predictions(training, alone=True),
    }


def score(labels: Path, said: list[dict[str, Any]], *options: str) -> str:
    """This function will run the scorer and return what it prints."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "predictions.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in said), encoding="utf-8")
        command = [sys.executable, str(SCORER), str(labels), str(path), *options]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own files


def losses(name: str, result: dict[str, Any]) -> list[str]:
    """This function will name every figure of a run that is below its threshold."""
    measured = result["per_project"]
    return [
        f"{name}, per project, {key}: {measured.get(key, 0.0):.3f} is below {least}"
        for key, least in LEAST[name].items()
        if measured.get(key, 0.0) < least
    ]


def losses_by_kind(labels: Path, said: list[dict[str, Any]]) -> list[str]:
    """This function will name every figure of one kind of logs that is below its threshold."""
    found = []
    for (group, kind), wanted in LEAST_KIND.items():
        measured = json.loads(score(labels, said, "--by", group, "--json"))["by"][group][kind]
        found += [
            f"{kind} {key}: {measured[key]:.3f} is below {least}"
            for key, least in wanted.items()
            if measured[key] < least
        ]
    return found


def main() -> int:
    """This function will evaluate and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--by", default="dataset", help="how the scorer groups the logs")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="write the predictions of the shipped model to this file")
    parser.add_argument("--quick", action="store_true", help="only what the shipped model says")
    parser.add_argument("--write", action="store_true", help=f"write the table of {DOCUMENT}")
    options = parser.parse_args()
    logs = folder()
    labels = logs / "labels.jsonl"
    if not labels.exists() or not SCORER.exists():
        print(f"evaluation skipped: no labelled logs at {logs} or no scorer at {SCORER}")
        return 0
    runs = {FITTED: fitted_predictions(logs, options.processes)}
    if options.keep:
        options.keep.write_text("".join(json.dumps(one) + "\n" for one in runs[FITTED]), encoding="utf-8")
    if not options.quick:
        runs |= left_out_predictions(logs, options.processes)
    results, failed = {}, losses_by_kind(labels, runs[FITTED])
    for name, said in runs.items():
        print(f"\n{name}\n{score(labels, said, '--by', options.by)}", end="")
        results[name] = json.loads(score(labels, said, "--json"))
        failed += losses(name, results[name])
    if options.write:
        write_table(ROOT / DOCUMENT, results)
    print("\n" + ("\n".join(failed) if failed else "every figure is at or above its threshold"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Scores the diagnosis on the labelled logs and fails when it has become worse than it was."""

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
LOGS = ROOT.parent / "shared" / "data" / "ci-logs"
SCORER = ROOT.parent / "shared" / "tools" / "score_diagnosis.py"

# Means over projects, a little under what was measured, so that only a real loss fails.
PER_PROJECT = {
    "f1": 0.66,
    "r30": 0.69,
    "hit30": 0.90,
    "tests_r": 0.81,
    "tests_f1": 0.95,
    "loc_r": 0.86,
    "loc_f1": 0.92,
    "cause": 0.78,
    "cause_ok": 0.90,
}
PER_LOG = {"f1": 0.62, "r30": 0.70, "hit30": 0.86, "cause": 0.80}
BASELINES = {
    "f1": 0.319,
    "r30": 0.620,
    "hit30": 0.806,
    "cause": 0.450,
}  # the best of the data set's own, per project


def predict(log: str) -> dict[str, Any]:
    """This function will diagnose one log file."""
    sys.path.insert(0, str(ROOT))
    from bot.diagnosis.report import diagnose_stream, log_id, prediction  # noqa: PLC0415 - in the worker process

    with Path(log).open("rb") as stream:
        return prediction(log_id(log), diagnose_stream(stream))


def predictions(logs: list[str], processes: int) -> list[dict[str, Any]]:
    """This function will diagnose all logs, several at a time."""
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(predict, logs, chunksize=4))


def score(scorer: Path, labels: Path, said: Path, *options: str) -> str:
    """This function will run the scorer and return what it prints."""
    command = [sys.executable, str(scorer), str(labels), str(said), *options]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own files


def losses(result: dict[str, Any]) -> list[str]:
    """This function will name every figure below its threshold."""
    wanted = {("per project", key): least for key, least in PER_PROJECT.items()}
    wanted |= {("per log", key): least for key, least in PER_LOG.items()}
    measured = {"per project": result["per_project"], "per log": result["overall"]}
    return [
        f"{scope} {key}: {measured[scope].get(key, 0.0):.3f} is below {least}"
        for (scope, key), least in wanted.items()
        if measured[scope].get(key, 0.0) < least
    ]


def main() -> int:
    """This function will evaluate and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--by", default="dataset", help="how the scorer groups the logs")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="write the predictions to this file")
    options = parser.parse_args()
    folder = Path(os.environ.get("PILOTHOUSE_CI_LOGS", str(LOGS)))  # noqa: TID251 - a script is its own root
    labels = folder / "labels.jsonl"
    if not labels.exists() or not SCORER.exists():
        print(f"evaluation skipped: no labelled logs at {folder} or no scorer at {SCORER}")
        return 0
    rows = [json.loads(row) for row in labels.read_text(encoding="utf-8").splitlines() if row.strip()]
    said = predictions([str(folder / row["log"]) for row in rows], options.processes)
    with tempfile.TemporaryDirectory() as scratch:
        path = options.keep or Path(scratch) / "predictions.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in said), encoding="utf-8")
        print(score(SCORER, labels, path, "--by", options.by), end="")
        failed = losses(json.loads(score(SCORER, labels, path, "--json")))
    print("best baselines per project: " + ", ".join(f"{key} {value}" for key, value in BASELINES.items()))
    print("\n".join(failed) if failed else "every figure is at or above its threshold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

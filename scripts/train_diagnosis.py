"""Trains the diagnosis on the labelled logs and writes what was learned into the package."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

import msgspec

from scripts.cause_training import cause_model, fit_causes
from scripts.cross_validation import train
from scripts.green_training import learn_green_weights
from scripts.labelled_logs import ROOT, folder, read_logs
from scripts.line_training import fit, model_of

if TYPE_CHECKING:
    from pathlib import Path

DATA = ROOT / "bot" / "diagnosis" / "choice" / "data"


def main() -> int:
    """This function will train and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    logs = read_logs(folder(), options.processes)
    training = train(logs, options.processes)
    green = learn_green_weights(training)
    write(DATA / "lines.json", model_of(fit(training.table), training.vocabulary, green))
    write(DATA / "causes.json", cause_model(fit_causes(training.causes), training.words.weights()))
    return 0


def write(path: Path, model: object) -> None:
    """This function will write a model, one field a line, and say how large it is."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(msgspec.json.encode(model) + b"\n")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    sys.exit(main())

"""Reads the labelled logs, what parsers find in them, and shares their projects out for cross-validation."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.diagnosis.choice.ranking import FALLBACK
from bot.diagnosis.reader import examine, load_parsers
from bot.diagnosis.report import chunks

if TYPE_CHECKING:
    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.parsing import Finding

ROOT = Path(__file__).resolve().parents[1]
LOGS = ROOT.parent / "shared" / "data" / "ci-logs"
FOLDS = 10
SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One labelled log as the parsers see it."""

    id: str
    project: str
    row: dict[str, Any]  # as it stands in labels.jsonl
    log: Log
    found: tuple[tuple[str, Finding], ...]

    @property
    def quoted(self) -> frozenset[int]:
        """The numbers of the lines that a person would quote, whoever was asked."""
        return _numbers(self.row["expected"], "lines")

    @property
    def neutral(self) -> frozenset[int]:
        """The numbers of the lines that may be quoted."""
        return _numbers(self.row["expected"], "context") - self.quoted

    @property
    def guessed(self) -> tuple[tuple[str, Finding], ...]:
        """What would have been found had no parser known the tool."""
        return tuple(item for item in self.found if item[0] == FALLBACK)


def _numbers(expected: dict[str, Any], kind: str) -> frozenset[int]:
    views = [expected, *expected.get("alternates", [])]
    return frozenset(
        number for view in views for first, last in view.get(kind) or () for number in range(first, last + 1)
    )


def folder() -> Path:
    """This function will name the folder of the labelled logs."""
    return Path(os.environ.get("PILOTHOUSE_CI_LOGS", str(LOGS)))  # noqa: TID251 - a script is its own root


def read_labels(logs: Path) -> list[dict[str, Any]]:
    """This function will read the labels of all logs."""
    text = (logs / "labels.jsonl").read_text(encoding="utf-8")
    return [json.loads(row) for row in text.splitlines() if row.strip()]


def read_logs(logs: Path, processes: int) -> list[Labelled]:
    """This function will read all labelled logs and let every parser find what it finds."""
    rows = read_labels(logs)
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(_examined, rows, [logs / row["log"] for row in rows], chunksize=8))


def _examined(row: dict[str, Any], path: Path) -> Labelled:
    with path.open("rb") as stream:
        log, found = examine(chunks(stream), load_parsers())
    return Labelled(id=row["id"], project=row["group"], row=row, log=log, found=found)


def folds(projects: list[str]) -> dict[str, int]:
    """This function will share projects out among the folds, the same way every time."""
    names = sorted(set(projects))
    random.Random(SEED).shuffle(names)  # noqa: S311 - not for secrets
    return {name: place % FOLDS for place, name in enumerate(names)}


def shares(projects: list[str]) -> dict[str, float]:
    """This function will weigh each log so that every project weighs 1."""
    return {project: 1 / count for project, count in Counter(projects).items()}

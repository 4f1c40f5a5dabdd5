"""Holds the figures of a suite to the middle of those that the default branch had in its latest runs."""

from __future__ import annotations

import json
import math
import os
import re
import sys
from pathlib import Path
from statistics import median

KEPT = 20  # runs
LOOKED_AT = 5  # the middle of so many is what one slow machine does not move
MOST = 1000  # figures
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./:-]{0,99}")


def measured(text: str) -> dict[str, float]:
    """This function will read lines of the form NAME VALUE.

    Raises:
        ValueError: a line has another form, or nothing was measured.
    """
    figures: dict[str, float] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, _, value = line.strip().rpartition(" ")
        if not NAME.fullmatch(name.strip()) or not math.isfinite(as_number(value)):
            raise ValueError(f"line {number} of $MEASURES is not NAME VALUE: {line[:80]!r}")
        figures[name.strip()] = as_number(value)
    if not figures or len(figures) > MOST:
        raise ValueError(
            f"it wrote {len(figures)} figures to $MEASURES; 1 to {MOST} lines of NAME VALUE are taken"
        )
    return figures


def as_number(text: str) -> float:
    """This function will read a number; what is none is not a number."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def change(earlier: float, now: float) -> float:
    """This function will tell by which part a figure has grown."""
    if earlier == now:
        return 0.0
    return (now - earlier) / abs(earlier) if earlier else math.inf * (1 if now > earlier else -1)


def compared(
    history: list[dict[str, float]], figures: dict[str, float], higher: list[str], tolerance: float
) -> tuple[list[tuple[str, ...]], list[str]]:
    """This function will make a row of each figure, and name those that are worse than they may be."""
    patterns = [re.compile(".*".join(re.escape(part) for part in text.split("*"))) for text in higher]
    rows: list[tuple[str, ...]] = []
    worse: list[str] = []
    for name, now in figures.items():
        values = [run[name] for run in history[-LOOKED_AT:] if name in run]
        if not values:
            rows.append((name, "unknown", f"{now:g}", "", "nothing to hold it to yet"))
            continue
        earlier = median(values)
        grown = change(earlier, now)
        is_high = any(pattern.fullmatch(name) for pattern in patterns)
        is_worse = (-grown if is_high else grown) > tolerance
        worse += [name] if is_worse else []
        rows.append((name, f"{earlier:g}", f"{now:g}", f"{grown:+.1%}", "worse" if is_worse else "fine"))
    gone = sorted({name for run in history[-1:] for name in run} - set(figures))
    rows += [(name, f"{history[-1][name]:g}", "unknown", "", "not measured any more") for name in gone]
    return rows, worse


def remembered(path: Path) -> list[dict[str, float]]:
    """This function will read the figures of earlier runs; what cannot be read is none."""
    try:
        told = json.loads(path.read_text())
        return [{str(name): float(value) for name, value in run.items()} for run in told][-KEPT:]
    except (OSError, ValueError, TypeError, AttributeError):
        return []


def main() -> None:
    """This function will compare, tell, remember, and fail where a figure is worse than it may be."""
    told = os.environ
    earlier, measures = Path(told["EARLIER"]), Path(told["MEASURES"])
    history = remembered(earlier)
    try:
        figures = measured(measures.read_text() if measures.exists() else "")
    except ValueError as error:
        sys.exit(f"::error::{told['SUITE']}: {error}")
    rows, worse = compared(history, figures, told["HIGHER"].split(), float(told["TOLERANCE"]))
    earlier.write_text(json.dumps([*history, figures][-KEPT:]))
    table = ["| Figure | Default branch | Now | Change | |", "| --- | ---: | ---: | ---: | --- |"]
    table += [f"| {' | '.join(row)} |" for row in rows]
    with Path(told["GITHUB_STEP_SUMMARY"]).open("a") as summary:
        summary.write("\n".join(table) + "\n")
    for row in rows:
        print("  ".join(part for part in row if part))
    if worse:
        sys.exit(
            f"::error::{told['SUITE']}: worse than the default branch by more than {told['TOLERANCE']}: {worse[0]}"
        )


if __name__ == "__main__":
    main()

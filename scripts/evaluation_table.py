"""Writes what the evaluation measured into the documentation, beside the figures of others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = "docs/diagnosis-evaluation.md"
_MARKERS = ("<!-- generated: evaluation -->", "<!-- end: evaluation -->")
_KEYS = ("p", "r", "f1", "r30", "hit30", "tests_f1", "loc_f1", "cause", "cause_ok")
_HEAD = "| method | logs | P | R | F1 | R@30 | hit@30 | test F1 | location F1 | cause | cause~ |"
_DATA, _PAPER = "open half, by project", "other, by log"

# The data set's own baselines (its README says how they are made), as means over projects where it gives them.
_BASELINES = {
    "last 30 lines": {"f1": 0.242, "r30": 0.532, "hit30": 0.670},
    "first 30 lines with error words": {"f1": 0.245, "r30": 0.502, "hit30": 0.670},
    "last 30 lines with error words": {"f1": 0.319, "r30": 0.620, "hit30": 0.806},
    "last 30 lines with error or fail": {"f1": 0.313, "r30": 0.438, "hit30": 0.765},
}
# C. Brandt and others, LogChunks, MSR 2020, and the thesis behind it.
_PUBLISHED = {
    "keyword search (LogChunks)": {"p": 0.16, "r": 0.70, "f1": 0.26},
    "program synthesis by example, PBE (LogChunks)": {"f1": 0.37},
    "chunks by text similarity, CTS (LogChunks)": {"f1": 0.51},
}


def write_table(path: Path, results: dict[str, Any]) -> None:
    """This function will replace the table between the markers."""
    begin, end = _MARKERS
    table = "\n".join(_rows(results))
    text = path.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    path.write_text(pattern.sub(lambda _: f"{begin}\n{table}\n{end}", text), encoding="utf-8")
    print(f"wrote {path.name}")


def _rows(results: dict[str, Any]) -> list[str]:
    rows = [_HEAD, "| --- | --- |" + " --- |" * len(_KEYS)]
    rows += [_row(name, _PAPER, measured) for name, measured in _PUBLISHED.items()]
    rows += [_row(name, _DATA, measured) for name, measured in _BASELINES.items()]
    for name, result in results.items():
        rows.append(_row(f"**Pilothouse, {name}**", _DATA, result["per_project"]))
    return rows


def _row(name: str, logs: str, measured: dict[str, float]) -> str:
    cells = (f"{measured[key]:.2f}" if key in measured else "" for key in _KEYS)
    return f"| {name} | {logs} | " + " | ".join(cells) + " |"

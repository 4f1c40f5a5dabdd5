"""Words the issue that tells of workflow runs that hang, as safe Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.markdown import code, details, link, marker, table
from bot.supervision.runs.states import is_trouble

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.supervision.runs.model import HungRun

TITLE = "Workflow runs that hang"
_MOST_ROWS = 30


def issue_marker() -> str:
    """This function will make the first line of the issue's text."""
    return marker("hung-runs")


def render_issue(rows: Iterable[HungRun], *, now: datetime) -> str:
    """This function will word the issue: the runs that a person has to look at, then what became of others lately."""
    known = tuple(rows)
    trouble = [row for row in known if is_trouble(row, now)]
    others = [row for row in known if not is_trouble(row, now)]
    parts = [issue_marker(), _lead(trouble)]
    if trouble:
        parts.append(_table(trouble))
    if others:
        parts.append(details("What became of others within the last week", _table(others)))
    return "\n\n".join(parts)


def _lead(trouble: list[HungRun]) -> str:
    if not trouble:
        return "No workflow run that hangs needs a person any more."
    one = "One workflow run that hangs needs"
    count = one if len(trouble) == 1 else f"{len(trouble)} workflow runs that hang need"
    return (
        f"{count} a person. This issue is kept up to date, and closed once none does any more; close it "
        "yourself, and only runs found after that open another one. What is done about them is set under "
        f"{code('supervision.runs')} in {code('.github/pilothouse.yml')}."
    )


def _table(rows: list[HungRun]) -> str:
    cells = [
        (
            link(f"{code(row.workflow)} {row.run_id}", row.url),
            str(row.attempt),
            row.state,
            f"{row.found_at:%Y-%m-%d %H:%M} UTC",
            f"{row.text} {_why(row)}".strip(),
        )
        for row in rows[:_MOST_ROWS]
    ]
    more = f"\n\nand {len(rows) - _MOST_ROWS} more" if len(rows) > _MOST_ROWS else ""
    return table(("Run", "Attempt", "State", "Found", "What shows it, and what was done"), cells) + more


def _why(row: HungRun) -> str:
    return f"({code(f'/why {row.decision_id}')})" if row.decision_id else ""

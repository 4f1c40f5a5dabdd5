"""What people read of runs that hang, and what they can do about the issue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.localhub.state import issues
from bot.supervision.runs.model import HungRun, RunKind, RunState
from bot.supervision.runs.render import render_issue
from bot.supervision.runs.states import is_trouble
from tests.support.hanging import SUGGEST, hanging

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(minutes=15)
ROW = HungRun(
    repository_id=7,
    run_id=41,
    attempt=1,
    workflow="ci.yml",
    state=RunState.SUGGESTED,
    kind=RunKind.RUNNING,
    text="`test` runs for 1 h.",
    url="https://github.com/octo/harbour/actions/runs/41",
    found_at=NOW,
    updated_at=NOW,
    decision_id="0123456789ab",
)

SAID = """\
<!-- pilothouse:hung-runs -->

One workflow run that hangs needs a person. This issue is kept up to date, and closed once none does any more; close \
it yourself, and only runs found after that open another one. What is done about them is set under \
`supervision.runs` in `.github/pilothouse.yml`.

| Run | Attempt | State | Found | What shows it, and what was done |
| --- | --- | --- | --- | --- |
| [`ci.yml` 41](https://github.com/octo/harbour/actions/runs/41) | 1 | suggested | 2026-11-23 03:15 UTC | \
`test` runs for 1 h. (`/why 0123456789ab`) |

<details>
<summary>What became of others within the last week</summary>

| Run | Attempt | State | Found | What shows it, and what was done |
| --- | --- | --- | --- | --- |
| [`ci.yml` 41](https://github.com/octo/harbour/actions/runs/41) | 1 | again | 2026-11-23 03:15 UTC | \
`test` runs for 1 h. |

</details>"""


def test_the_issue_tells_first_what_needs_a_person() -> None:
    """Runs that a person has to look at stand open, what was mended is folded away."""
    assert render_issue([ROW, replace(ROW, state=RunState.AGAIN, decision_id="")], now=NOW) == SAID


def test_many_runs_are_counted() -> None:
    """The issue stays within what GitHub takes."""
    text = render_issue([replace(ROW, run_id=number) for number in range(100)], now=NOW)
    assert "100 workflow runs that hang need a person" in text
    assert text.endswith("and 70 more")
    assert "No workflow run that hangs" in render_issue([], now=NOW)


def test_what_was_dropped_is_told_for_a_day() -> None:
    """A run that was not begun again needs a person, but not for ever."""
    row = replace(ROW, state=RunState.DROPPED)
    assert is_trouble(row, NOW + timedelta(days=1))
    assert not is_trouble(row, NOW + timedelta(days=1, seconds=1))


async def test_a_person_who_closes_the_issue_is_heard(tmp_path: Path) -> None:
    """Of runs that were told nothing more is said; a run that is found after that opens another issue."""
    async with hanging(tmp_path, SUGGEST) as here:
        await here.passed()
        here.work(here.begin("test"))
        await here.look(HOUR)
        (first,) = here.issues
        issues.set_state(here.bot.hub.store, here.bot.repository, first, "closed", here.bot.ada)
        await here.look(TICK)
        assert here.issues == [first]
        here.work(here.begin("test", branch="main"))
        await here.look(HOUR)
        assert [one.state for one in here.issues] == ["closed", "open"]


async def test_a_crash_opens_one_issue(tmp_path: Path) -> None:
    """A process that dies after the issue was opened leaves one issue."""
    async with hanging(tmp_path, SUGGEST, repeat_every_step=True) as here:
        await here.passed()
        here.work(here.begin("test"))
        here.bot.engine.crash_in("tell of hung runs")
        await here.look(HOUR)
        assert here.bot.engine.crashes_due == ()
        assert len(here.issues) == 1


async def test_names_from_strangers_do_not_render(tmp_path: Path) -> None:
    """A job named by a stranger mentions nobody and breaks out of no table."""
    async with hanging(tmp_path, SUGGEST) as here:
        await here.passed()
        here.work(here.begin("| @octo/all <b>"))
        await here.look(2 * HOUR)
        body = here.issues[0].body or ""
        rows = [line for line in body.splitlines() if "41" in line or "@octo" in line]
        assert all(line.count(" | ") == 4 for line in rows if line.startswith("|"))
        assert "`" in body.partition("@octo")[0][-4:]

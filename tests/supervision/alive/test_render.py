"""What the heartbeat issue says, as people and the alarm read it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.config.agents import AgentConfig
from bot.github.models import InstallationId, RepositoryRef, Workflow
from bot.supervision.alive.model import Alarm, AlarmState, Heartbeat, Part
from bot.supervision.alive.parts import LIMIT, alarm_of, parts_of
from bot.supervision.alive.render import render_heartbeat, render_off
from bot.supervision.model import Supervised, Supervision
from tests.support.commands import workflow_run

REPOSITORY = RepositoryRef(installation_id=InstallationId(1), id=7, full_name="acme/rocket")
NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SESSIONS = Part(name="Sessions", looked_at=NOW - MINUTE, limit=10 * MINUTE)
COSTS = Part(name="Costs", looked_at=NOW - 90 * MINUTE, limit=LIMIT)
NEW = Part(name="Builds and workflow runs", looked_at=None, limit=LIMIT)

SAID = """\
<!-- pilothouse:heartbeat -->
<!-- {"at": "2026-11-23T03:15:00Z", "limit": 2700, "parts": [\
{"name": "Sessions", "at": "2026-11-23T03:14:00Z", "limit": 600}, \
{"name": "Costs", "at": "2026-11-23T01:45:00Z", "limit": 2700}]} -->

Pilothouse looked after this repository at **2026-11-23 03:15 UTC**. Where that is longer ago than 45 min, it has \
stopped: sessions that die stay dead, broken builds and runs that hang are left, and no budget is enforced. \
[The sessions](https://bot.example.org/a) have a page.

| Part | Looked last | Due within | State |
| --- | --- | --- | --- |
| Sessions | 2026-11-23 03:14 UTC | 10 min | fine |
| Costs | 2026-11-23 01:45 UTC | 45 min | late |
| Builds and workflow runs | not yet | 45 min | fine |

The alarm `.github/workflows/pilothouse-alarm.yml` is set. It ran last at 2026-11-23 03:07 UTC.

This issue is edited every 15 minutes. Close it if it is in your way: it is kept up to date all the same, and the \
alarm goes on reading it. `supervision.alive.issue: false` in `.github/pilothouse.yml` ends it."""


def beat(**changes: object) -> Heartbeat:
    """This function will make a heartbeat."""
    alarm = Alarm(state=AlarmState.RUNS, ran_at=NOW - 8 * MINUTE)
    given = {"at": NOW, "limit": LIMIT, "parts": (SESSIONS, COSTS, NEW), "alarm": alarm} | changes
    return Heartbeat(**given)  # type: ignore[arg-type]  # the fields' own names


def test_the_issue_says_when_each_part_looked() -> None:
    """People see a table, the alarm one line of JSON."""
    assert render_heartbeat(beat(url="https://bot.example.org/a")) == SAID


@pytest.mark.parametrize("state", AlarmState)
def test_every_state_of_the_alarm_is_said(state: AlarmState) -> None:
    """Each state has a sentence that names the workflow's file."""
    assert "pilothouse-alarm.yml" in render_heartbeat(beat(alarm=Alarm(state=state))).splitlines()[-3]


def test_what_the_alarm_reads_is_json() -> None:
    """The second line is a comment of JSON, also where the issue is switched off."""
    for text in (render_heartbeat(beat(parts=())), render_off()):
        hidden = text.splitlines()[1]
        assert isinstance(json.loads(hidden.removeprefix("<!-- ").removesuffix(" -->")), dict)


@pytest.mark.parametrize(
    ("agents", "costs", "names"),
    [
        (False, None, ["Builds and workflow runs"]),
        (True, None, ["Sessions", "Builds and workflow runs"]),
        (False, NOW, ["Builds and workflow runs", "Costs"]),
    ],
)
def test_only_what_there_is_is_a_part(agents: bool, costs: datetime | None, names: list[str]) -> None:  # noqa: FBT001 - a table's column
    """A repository without agents or budget has nobody who looks after them."""
    supervised = Supervised(agents={"A1": AgentConfig()} if agents else {})
    row = Supervision(repository=REPOSITORY, supervised=supervised, found_at=NOW, updated_at=NOW)
    assert [part.name for part in parts_of(row, costs_read_at=costs, now=NOW)] == names


@pytest.mark.parametrize(
    ("state", "ages", "stands"),
    [
        (None, (), AlarmState.MISSING),
        ("deleted", (1,), AlarmState.MISSING),
        ("disabled_inactivity", (1,), AlarmState.DISABLED),
        ("active", (), AlarmState.NEVER_RAN),
        ("active", (1, 9), AlarmState.RUNS),
        ("active", (7, 9), AlarmState.LATE),
    ],
)
def test_the_alarm_is_watched_in_turn(state: str | None, ages: tuple[int, ...], stands: AlarmState) -> None:
    """The alarm counts as running while its newest run is fresh and GitHub has not disabled it."""
    workflow = None if state is None else Workflow(id=1, name="a", path="a", state=state)
    ran = [replace(workflow_run(), created_at=NOW - timedelta(hours=age)) for age in ages]
    assert alarm_of(workflow, ran, now=NOW).state is stands

"""Says which parts of the bot look after a repository by the clock, and how long each may be silent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.supervision.alive.model import ALARM_RUNS, Alarm, AlarmState, Part

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.github.models import Workflow
    from bot.github.run_models import WorkflowRun
    from bot.supervision.model import Supervision

LIMIT = timedelta(minutes=45)  # three of the supervisor's ticks: one may be missed while the bot is upgraded
_SESSIONS = timedelta(minutes=10)  # five of the watchdog's


def parts_of(supervision: Supervision, *, costs_read_at: datetime | None, now: datetime) -> tuple[Part, ...]:
    """This function will list the parts that look after the repository, as they stand when its builds were looked at.

    Args:
        supervision: what is watched.
        costs_read_at: when its costs were read last; None where none are kept.
        now: when its builds were looked at.
    """
    sessions = Part(name="Sessions", looked_at=supervision.watched_at, limit=_SESSIONS)
    builds = Part(name="Builds and workflow runs", looked_at=now, limit=LIMIT)
    costs = Part(name="Costs", looked_at=costs_read_at, limit=LIMIT)
    watched = (sessions,) if supervision.supervised.agents else ()
    return (*watched, builds, *(() if costs_read_at is None else (costs,)))


def alarm_of(workflow: Workflow | None, runs: Iterable[WorkflowRun], *, now: datetime) -> Alarm:
    """This function will say how the alarm stands, given its workflow, if there is one, and its newest runs."""
    if workflow is None or workflow.state == "deleted":
        return Alarm(state=AlarmState.MISSING)
    ran_at = max((run.created_at for run in runs), default=None)
    if workflow.state != "active":
        return Alarm(state=AlarmState.DISABLED, ran_at=ran_at)
    if ran_at is None:
        return Alarm(state=AlarmState.NEVER_RAN)
    state = AlarmState.LATE if now - ran_at > ALARM_RUNS else AlarmState.RUNS
    return Alarm(state=state, ran_at=ran_at)

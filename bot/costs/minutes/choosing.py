"""Chooses which attempts of which workflow runs have to be read, so that each is read once when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from bot.costs.minutes.counting import OVER, SOURCE, Attempt, pull_named
from bot.github.models import Conclusion

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bot.costs.model import MeterLine
    from bot.github.run_models import WorkflowRun

# Runs that ended so never had a runner.
_NEVER_RAN = {
    Conclusion.SKIPPED,
    Conclusion.STARTUP_FAILURE,
    Conclusion.ACTION_REQUIRED,
    Conclusion.STALE,
}


def attempts_of(
    runs: Iterable[WorkflowRun], known: Iterable[MeterLine], *, day: date, default_branch: str
) -> tuple[Attempt, ...]:
    """This function will return the attempts that may have cost something on the day and are not known to be over.

    Whatever still runs is first; a run that was created on an earlier day brings its newest attempt only.
    """
    midnight = datetime.combine(day, time(), UTC)
    done = {line.item for line in known if line.source == SOURCE and line.detail.get("state") == OVER}
    found = [
        attempt
        for run in runs
        if _may_cost(run, midnight)
        for attempt in _attempts(run, midnight, default_branch)
        if attempt.item not in done
    ]
    return tuple(sorted(found, key=lambda one: (one.is_over, -one.run.id, one.number)))


def _may_cost(run: WorkflowRun, midnight: datetime) -> bool:
    return not run.is_completed or (run.updated_at >= midnight and run.conclusion not in _NEVER_RAN)


def _attempts(run: WorkflowRun, midnight: datetime, default_branch: str) -> tuple[Attempt, ...]:
    first = 1 if run.created_at >= midnight else run.attempt
    pull = pull_named(run, default_branch=default_branch)
    return tuple(
        Attempt(
            run=run,
            number=number,
            started_at=run.started_at if number == run.attempt else None,
            pull=pull,
        )
        for number in range(first, run.attempt + 1)
    )

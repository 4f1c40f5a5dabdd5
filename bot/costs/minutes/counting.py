"""Counts what the jobs of a workflow run's attempt cost on a day: minutes as GitHub bills them, at list prices."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.costs.model import Gap, GapKind, MeterLine
from bot.diagnosis.prices import Priced, cost_of, rate_of
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.diagnosis.prices import Cost
    from bot.github.run_models import Job, WorkflowRun

SOURCE = "actions"
SERVICE = "GitHub Actions"
ACCOUNT = "github"  # in place of an AWS account's number, in both ledgers
RUNNING, OVER = "running", "over"
_UNPRICED = "/unpriced"
# Standard runners cost a public repository nothing, larger ones do.
# https://docs.github.com/en/billing/concepts/product-billing/github-actions
_LARGER = re.compile(r".*-x?large")
_QUEUED = re.compile(r"gh-readonly-queue/.+/pr-(?P<number>\d+)-[0-9a-f]{40}")  # GitHub's own merge queue
_SLACK = timedelta(seconds=1)  # GitHub tells times in whole seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt of a workflow run, with what is known of it."""

    run: WorkflowRun  # at its newest attempt
    number: int
    started_at: datetime | None  # jobs from before it were carried over from an earlier attempt
    pull: int | None = None  # the pull request that it ran for

    @property
    def item(self) -> str:
        """Its name, the same at every look."""
        return f"{self.run.id}/{self.number}"

    @property
    def is_over(self) -> bool:
        """Whether nothing of it can run any more."""
        return self.number < self.run.attempt or self.run.is_completed


def pull_named(run: WorkflowRun, *, default_branch: str) -> int | None:
    """This function will return the pull request that a run says it is for; GitHub names none for forks."""
    queued = _QUEUED.fullmatch(run.head_branch or "")
    if queued is not None:
        return int(queued["number"])
    if run.head_branch == default_branch and run.event == "push":
        return None
    return run.pull_requests[0] if run.pull_requests else None


def seconds_of(job: Job, *, day: date, now: datetime) -> float:
    """This function will say how long a job ran on the day; one that never had a runner has no steps."""
    if job.started_at is None or not job.steps or job.status not in {"completed", "in_progress"}:
        return 0.0
    midnight = datetime.combine(day, time(), UTC)
    end = min(job.completed_at or now, now, midnight + timedelta(days=1))
    return max(0.0, (end - max(job.started_at, midnight)).total_seconds())


def lines_of(
    attempt: Attempt, jobs: Iterable[Job], *, day: date, now: datetime, is_public: bool
) -> tuple[MeterLine, ...]:
    """This function will return what the attempt cost on the day so far: one line, and one more for what is unpriced.

    Args:
        attempt: of a workflow run.
        jobs: as GitHub lists them for the attempt, with those that it did not run again.
        day: in UTC; a job that runs over midnight costs a part on each day.
        now: what runs still is counted until here.
        is_public: whether standard runners are free.
    """
    times = [(seconds_of(job, day=day, now=now), job.labels) for job in jobs if _is_own(attempt, job)]
    free = [(seconds, labels) for seconds, labels in times if is_public and _is_free(labels)]
    costly = [pair for pair in times if pair not in free]
    cost, given = cost_of(costly), cost_of(free)
    line = _line(attempt, cost, free=given.minutes, day=day, now=now)
    if not cost.unpriced_minutes:
        return (line,)
    labels = sorted({", ".join(labels) for _, labels in costly if rate_of(labels)[0] is Priced.UNPRICED})
    nameless = replace(
        line,
        item=f"{line.item}{_UNPRICED}",
        quantity=Decimal(cost.unpriced_minutes),
        unit_price=None,
        amount=None,
        detail={**line.detail, "labels": " | ".join(labels)},
    )
    return line, nameless


def _is_own(attempt: Attempt, job: Job) -> bool:
    began = attempt.started_at
    return began is None or (job.started_at is not None and job.started_at >= began - _SLACK)


def _is_free(labels: Sequence[str]) -> bool:
    kind, _ = rate_of(labels)
    return kind is Priced.LISTED and not any(_LARGER.fullmatch(label.lower()) for label in labels)


def _line(attempt: Attempt, cost: Cost, *, free: int, day: date, now: datetime) -> MeterLine:
    run, minutes = attempt.run, cost.listed_minutes + cost.self_hosted_minutes + free
    some = {"free minutes": free, "self-hosted minutes": cost.self_hosted_minutes}
    return MeterLine(
        source=SOURCE,
        item=attempt.item,
        service=SERVICE,
        day=day,
        quantity=Decimal(minutes),
        unit="minutes",
        unit_price=cost.dollars / minutes if minutes else Decimal(0),
        amount=cost.dollars,
        seen_at=now,
        account=ACCOUNT,
        number=attempt.pull,
        detail={
            "workflow": run.name or run.path,
            "event": run.event,
            "state": OVER if attempt.is_over else RUNNING,
            "url": run.html_url,
            **{name: str(count) for name, count in some.items() if count},
        },
    )


def unpriced(lines: Iterable[MeterLine]) -> tuple[Gap, ...]:
    """This function will name the runners that the list of prices does not have, each once."""
    found: dict[str, Decimal] = {}
    for line in lines:
        if line.amount is None:
            labels = line.detail["labels"]
            found[labels] = found.get(labels, Decimal(0)) + line.quantity
    return tuple(
        Gap(
            source=SOURCE,
            kind=GapKind.UNPRICED,
            text=(
                f"{int(minutes)} minutes of today ran on {code(labels)}, which GitHub's list of prices does not "
                "have: an organisation names its larger runners itself."
            ),
            item=labels,
        )
        for labels, minutes in found.items()
    )

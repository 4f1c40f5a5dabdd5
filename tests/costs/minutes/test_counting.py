"""Minutes are counted as GitHub bills them: by job, rounded up, on the day they ran, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.costs.minutes.choosing import attempts_of
from bot.costs.minutes.counting import Attempt, lines_of, pull_named, seconds_of, unpriced
from bot.costs.model import GapKind
from bot.github.models import Conclusion, Sha
from bot.github.run_models import Job, Step, WorkflowRun

if TYPE_CHECKING:
    from bot.costs.model import MeterLine

_NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
_MIDNIGHT = datetime(2026, 11, 3, tzinfo=UTC)
_STEPS = (Step(number=1, name="Set up job", status="completed", conclusion=Conclusion.SUCCESS),)


def _job(seconds: float, *labels: str, before: timedelta = timedelta(hours=1), ends: bool = True) -> Job:
    began = _NOON - before
    return Job(
        id=1,
        run_id=5,
        attempt=1,
        name="test",
        status="completed" if ends else "in_progress",
        conclusion=Conclusion.SUCCESS if ends else None,
        html_url="",
        head_sha=Sha("a" * 40),
        steps=_STEPS,
        started_at=began,
        completed_at=began + timedelta(seconds=seconds) if ends else None,
        labels=labels or ("ubuntu-latest",),
    )


def _run(**changes: object) -> WorkflowRun:
    run = WorkflowRun(
        id=5,
        name="CI",
        path=".github/workflows/ci.yml",
        workflow_id=2,
        attempt=1,
        event="pull_request",
        status="completed",
        conclusion=Conclusion.SUCCESS,
        head_sha=Sha("a" * 40),
        head_branch="topic",
        head_repository="acme/rocket",
        pull_requests=(12,),
        html_url="https://github.com/acme/rocket/actions/runs/5",
        created_at=_NOON - timedelta(hours=2),
        updated_at=_NOON,
    )
    return replace(run, **changes)  # type: ignore[arg-type] # a test's own changes


def _lines(*jobs: Job, is_public: bool = False, began: datetime | None = None) -> tuple[MeterLine, ...]:
    attempt = Attempt(run=_run(), number=1, started_at=began, pull=12)
    return lines_of(attempt, jobs, day=_NOON.date(), now=_NOON, is_public=is_public)


def test_each_job_is_rounded_up_to_minutes_at_its_runners_price() -> None:
    """61 seconds are two minutes; a runner of one's own costs GitHub's price of nothing."""
    jobs = (_job(61), _job(60), _job(30, "windows-latest"), _job(600, "self-hosted", "gpu"))
    (line,) = _lines(*jobs)
    assert (line.quantity, line.amount) == (Decimal(14), Decimal("0.028"))
    assert (line.item, line.service, line.number) == ("5/1", "GitHub Actions", 12)
    assert line.unit_price == Decimal("0.002")
    assert line.detail == {
        "workflow": "CI",
        "event": "pull_request",
        "state": "over",
        "url": "https://github.com/acme/rocket/actions/runs/5",
        "self-hosted minutes": "10",
    }


def test_a_job_that_runs_is_counted_as_far_as_it_came() -> None:
    """A limit cannot wait until the work is done."""
    (line,) = _lines(_job(0, before=timedelta(minutes=9), ends=False))
    assert line.quantity == 9


def test_a_job_over_midnight_costs_a_part_on_each_day() -> None:
    """Days are those of UTC."""
    job = _job(13 * 3600, before=timedelta(hours=13))
    assert seconds_of(job, day=_NOON.date(), now=_NOON) == 12 * 3600
    yesterday = _NOON.date() - timedelta(days=1)
    assert seconds_of(job, day=yesterday, now=_NOON) == 3600
    assert seconds_of(job, day=yesterday, now=_MIDNIGHT - timedelta(minutes=30)) == 1800


@pytest.mark.parametrize(
    "job",
    [
        replace(_job(60), steps=()),
        replace(_job(60), started_at=None),
        replace(_job(60), status="queued"),
        _job(60, before=timedelta(hours=-1)),
    ],
)
def test_a_job_that_never_had_a_runner_costs_nothing(job: Job) -> None:
    """Cancelled while it waited, still waiting, or of a time that has not come."""
    assert seconds_of(job, day=_NOON.date(), now=_NOON) == 0
    (line,) = _lines(job)
    assert (line.quantity, line.amount, line.unit_price) == (Decimal(0), Decimal(0), Decimal(0))


def test_a_job_that_was_not_run_again_counts_in_its_own_attempt() -> None:
    """GitHub lists it in the newer attempt too, with the times of the older."""
    carried, again = _job(60, before=timedelta(hours=2)), _job(120, before=timedelta(minutes=30))
    waiting = replace(_job(60), started_at=None)
    (line,) = _lines(carried, again, waiting, began=_NOON - timedelta(minutes=30))
    assert line.quantity == 2


def test_a_public_repository_pays_for_larger_runners_only() -> None:
    """Standard runners are free there."""
    (line,) = _lines(_job(600), _job(60, "macos-15-xlarge"), is_public=True)
    assert (line.quantity, line.amount) == (Decimal(11), Decimal("0.102"))
    assert line.detail["free minutes"] == "10"


def test_a_runner_without_a_listed_price_is_unknown_not_free() -> None:
    """Its minutes stand in a line of their own, and a gap names its labels."""
    priced, nameless = _lines(_job(60), _job(180, "big-box"), _job(60, "big-box"), is_public=True)
    assert (priced.amount, priced.quantity) == (Decimal(0), Decimal(1))
    assert (nameless.item, nameless.amount, nameless.quantity) == (
        "5/1/unpriced",
        None,
        Decimal(4),
    )
    (gap,) = unpriced([priced, nameless])
    assert (gap.kind, gap.item) == (GapKind.UNPRICED, "big-box")
    assert gap.text.startswith("4 minutes of today ran on `big-box`")


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({}, 12),
        ({"pull_requests": ()}, None),
        ({"event": "push", "head_branch": "main"}, None),
        ({"event": "push"}, 12),
        ({"event": "merge_group", "head_branch": f"gh-readonly-queue/main/pr-34-{'b' * 40}"}, 34),
        ({"head_branch": None}, 12),
    ],
)
def test_a_run_is_for_the_pull_request_it_says(changes: dict[str, object], number: int | None) -> None:
    """GitHub's merge queue says it by its branch; a push of the default branch is for none."""
    assert pull_named(_run(**changes), default_branch="main") == number


def _read(*runs: WorkflowRun, known: tuple[MeterLine, ...] = ()) -> list[str]:
    chosen = attempts_of(runs, known, day=_NOON.date(), default_branch="main")
    return [attempt.item for attempt in chosen]


def test_an_attempt_that_is_over_is_read_once() -> None:
    """What is known to be over is not asked for again; what runs is, and first."""
    over, running = _run(), _run(id=4, status="in_progress", conclusion=None)
    assert _read(over, running) == ["4/1", "5/1"]
    known = lines_of(
        Attempt(run=over, number=1, started_at=None),
        [_job(60)],
        day=_NOON.date(),
        now=_NOON,
        is_public=False,
    )
    assert _read(over, running, known=known) == ["4/1"]
    still = tuple(replace(line, detail={"state": "running"}) for line in known)
    assert _read(over, known=still) == ["5/1"]


@pytest.mark.parametrize(
    ("changes", "items"),
    [
        ({"attempt": 3}, ["5/1", "5/2", "5/3"]),
        ({"attempt": 3, "created_at": _MIDNIGHT - timedelta(hours=3)}, ["5/3"]),
        ({"updated_at": _MIDNIGHT - timedelta(minutes=1)}, []),
        ({"updated_at": _MIDNIGHT - timedelta(minutes=1), "status": "in_progress"}, ["5/1"]),
        ({"conclusion": Conclusion.SKIPPED}, []),
        ({"conclusion": Conclusion.CANCELLED}, ["5/1"]),
    ],
)
def test_only_what_may_have_cost_something_today_is_read(
    changes: dict[str, object], items: list[str]
) -> None:
    """Earlier attempts of a run of today, the newest of an older one, nothing that never ran."""
    assert _read(_run(**changes)) == items


def test_the_newest_attempt_knows_when_it_began() -> None:
    """By that, what was carried over is told from what ran again."""
    run = _run(attempt=2, status="in_progress", conclusion=None, started_at=_NOON)
    first, second = sorted(
        attempts_of([run], (), day=_NOON.date(), default_branch="main"), key=lambda one: one.number
    )
    assert (first.started_at, first.is_over) == (None, True)
    assert (second.started_at, second.is_over) == (_NOON, False)

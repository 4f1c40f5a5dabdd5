"""Makes the facts of verdicts for tests: run 100 of the job `CI / test`, at noon, of mona's branch `sails`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.diagnosis.model import Cause, Failure, Judgement, Said
from bot.diagnosis.verdict.facts import BaseFacts, FailureFacts, JobResult, Occurrence, VerdictFacts
from tests.support.diagnosis import FAILURE, HEAD, NOON

RUN = 100
PAGE = "https://x.example"


def at_run(run_id: int) -> datetime:
    """This function will say when a run ended: an hour between two runs."""
    return NOON - timedelta(hours=RUN - run_id)


def occurrence(run_id: int, author: str = "ann", **changes: Any) -> Occurrence:
    """This function will make another time the failure was seen, each run on a branch of its own."""
    made = Occurrence(
        label=f"#{run_id}",
        url=f"{PAGE}/{run_id}",
        author=author,
        branch=f"branch-{run_id}",
        at=at_run(run_id),
        head_sha=f"{run_id:040x}",
        run_id=run_id,
        workflow="CI",
        job="test",
        number=run_id,
    )
    return replace(made, **changes)


def on_base(run_id: int, **changes: Any) -> Occurrence:
    """This function will make a time the failure was seen on the base."""
    return occurrence(run_id, **{"branch": "main", "author": "hubot", "number": None} | changes)


def result(run_id: int, *causes: Cause, **changes: Any) -> JobResult:
    """This function will make how the job ended on the base: with causes it failed, without it passed."""
    made = JobResult(
        run_id=run_id,
        attempt=1,
        workflow="CI",
        job="test",
        passed=not causes,
        head_sha=f"{run_id:040x}",
        url=f"{PAGE}/main/{run_id}",
        at=at_run(run_id),
        causes=causes,
    )
    return replace(made, **changes)


def said(judgement: Judgement) -> Said:
    """This function will make the word of eve."""
    return Said(
        fingerprint=FAILURE.fingerprint, judgement=judgement, login="eve", url=f"{PAGE}/comment", at=NOON
    )


def job_facts(*failures: FailureFacts, base: tuple[JobResult, ...] = (), **changes: Any) -> VerdictFacts:
    """This function will make the facts of the job; without failures, it has the usual one, seen nowhere else."""
    made = VerdictFacts(
        run_id=RUN,
        workflow="CI",
        job="test",
        author="mona",
        branch="sails",
        head_sha=HEAD,
        now=NOON,
        base=BaseFacts(branch="main", results=base),
        failures=failures or (seen(),),
        builds_merge=True,
    )
    return replace(made, **changes)


def seen(failure: Failure = FAILURE, **changes: Any) -> FailureFacts:
    """This function will make what is known about one failure."""
    return replace(FailureFacts(failure=failure), **changes)

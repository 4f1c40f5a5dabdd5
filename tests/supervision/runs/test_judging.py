"""When a workflow run counts as hung, when it is cancelled, and when it is begun again: the tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from bot.commands.reasons import Reason
from bot.config.supervising import Conduct, RunsConfig
from bot.decisions.model import Outcome, Standing
from bot.supervision.runs.hanging import bound, hang_of
from bot.supervision.runs.judging import PROTECTED, decide_run, state_of, why_not_again
from bot.supervision.runs.model import JobFacts, Protection, RunFacts, RunKind, RunState
from bot.supervision.runs.states import MOVES, TROUBLE, WATCHED, diagram, may_move

M = timedelta(minutes=1)
ACT = RunsConfig(conduct=Conduct.ACT)  # three times the usual time, but at least 30 minutes; 30 in a queue
JOB = JobFacts(name="test", status="in_progress", ran=60 * M, step="Run tests", usual=10 * M, longest=12 * M)
DONE = JobFacts(name="lint", status="completed", still=60 * M)
QUEUED = JobFacts(name="mac", status="queued", waited=60 * M)
FACTS = RunFacts(
    run_id=1,
    attempt=1,
    workflow="ci.yml",
    name="CI",
    url="https://github.com/octo/harbour/actions/runs/1",
    status="in_progress",
    event="push",
    branch="main",
    ran=60 * M,
    terms=ACT,
    jobs=(DONE, JOB),
)


def facts(**changes: object) -> RunFacts:
    """This function will make facts of a run of an hour whose usual time is ten minutes."""
    return replace(FACTS, **changes)  # type: ignore[arg-type]  # the fields' own names


def job(**changes: object) -> tuple[JobFacts, ...]:
    """This function will make the only job of a run."""
    return (replace(JOB, **changes),)  # type: ignore[arg-type]  # as above


def queued(**changes: object) -> RunFacts:
    """This function will make facts of a run whose only job waits for an hour, while later ones got on."""
    return facts(**{"status": "queued", "jobs": (QUEUED,), "is_overtaken": True, **changes})


HANGS = [
    ("a job beyond three times its usual time", facts(), RunKind.RUNNING),
    ("not beyond it", facts(jobs=job(ran=30 * M)), None),
    (
        "sooner than the least, however short it usually is",
        facts(jobs=job(ran=29 * M, usual=M, longest=M)),
        None,
    ),
    ("no longer than half as long again as it ever took", facts(jobs=job(longest=40 * M)), None),
    ("a step that began not long ago", facts(jobs=job(at_step=30 * M)), None),
    ("a step that began long ago", facts(jobs=job(at_step=31 * M)), RunKind.RUNNING),
    ("the same, of a run", facts(jobs=job(usual=None, at_step=5 * M), usual=10 * M), None),
    (
        "nothing known of its jobs, but of its runs",
        facts(jobs=job(usual=None), usual=10 * M),
        RunKind.RUNNING,
    ),
    ("the same, within what is usual", facts(jobs=job(usual=None), usual=50 * M), None),
    ("what is known of its jobs goes before its runs", facts(jobs=job(ran=20 * M), usual=10 * M), None),
    ("nothing known at all", facts(jobs=job(usual=None)), None),
    ("GitHub does not say when it began", facts(jobs=job(ran=None)), None),
    ("no step named", facts(jobs=job(step="")), RunKind.RUNNING),
    ("no step named, of a run", facts(jobs=job(usual=None, step=""), usual=10 * M), RunKind.RUNNING),
    ("a job that was overtaken", queued(), RunKind.QUEUED),
    ("beside a job that is at work", queued(jobs=(*job(ran=M), QUEUED)), RunKind.QUEUED),
    ("not beyond the limit", queued(jobs=(replace(QUEUED, waited=30 * M),)), None),
    ("nobody gets a runner", queued(is_overtaken=False), None),
    (
        "nobody gets one for long",
        queued(is_overtaken=False, jobs=(replace(QUEUED, waited=91 * M),)),
        RunKind.QUEUED,
    ),
    ("where it usually waits for long", queued(jobs=(replace(QUEUED, usual_wait=25 * M),)), None),
    ("where it usually does not", queued(jobs=(replace(QUEUED, usual_wait=M),)), RunKind.QUEUED),
    ("waiting for a person", facts(jobs=(replace(QUEUED, status="waiting"),)), None),
    ("waiting for its concurrency group", facts(jobs=(replace(QUEUED, status="pending"),)), None),
    (
        "a job without a step at work",
        facts(jobs=job(ran=40 * M, step="", still=31 * M, usual=None)),
        RunKind.LOST,
    ),
    ("between two steps", facts(jobs=job(ran=20 * M, step="", still=29 * M)), None),
    ("all jobs over, the run not", facts(jobs=(DONE,)), RunKind.LOST),
    ("all jobs over just now", facts(jobs=(DONE, replace(DONE, still=M))), None),
    ("all jobs over, nobody knows when", facts(jobs=(replace(DONE, still=None),)), None),
    ("queued without any job", facts(status="queued", jobs=()), RunKind.QUEUED),
    ("requested without any job", facts(status="requested", jobs=()), RunKind.QUEUED),
    ("queued without any job for a while only", facts(status="queued", jobs=(), ran=30 * M), None),
    ("at work without any job", facts(jobs=()), None),
]


@pytest.mark.parametrize(("what", "given", "kind"), HANGS, ids=[what for what, _, _ in HANGS])
def test_what_counts_as_hung(what: str, given: RunFacts, kind: RunKind | None) -> None:
    """What is not known, what waits for somebody, and what is within its usual time does not hang."""
    found = hang_of(given)
    assert (found and found.kind) is kind, what
    assert found is None or "  " not in found.text


def test_a_job_that_waits_names_the_runner_it_asks_for() -> None:
    """Who runs the runners reads which of them are missing."""
    waits = replace(QUEUED, waited=91 * M, labels=("self-hosted", "mac"))
    found = hang_of(queued(is_overtaken=False, jobs=(waits,)))
    assert found is not None
    assert "labels `self-hosted`, `mac` may be offline or all at work" in found.text


def test_the_bound_is_never_below_what_passed_lately() -> None:
    """A build that is slow now and then is left alone."""
    assert bound(10 * M, None, ACT) == 30 * M
    assert bound(20 * M, 60 * M, ACT) == 90 * M
    assert bound(None, 90 * M, ACT) is None


PROCEED = Outcome.PROCEED
DECIDED = [
    (facts(), None, RunState.CANCELLING),
    (facts(jobs=job(ran=M)), Reason.NOT_HUNG, None),
    (facts(jobs=job(usual=None)), Reason.COULD_NOT_VERIFY, None),
    (facts(protections=(Protection.DEPLOYS,)), Reason.NEVER_CANCELLED, RunState.LEFT),
    (facts(protections=None), Reason.COULD_NOT_VERIFY, RunState.LEFT),
    (facts(terms=RunsConfig()), Reason.ONLY_SUGGESTED, RunState.SUGGESTED),
    (facts(terms=RunsConfig(conduct=Conduct.OBSERVE)), Reason.ONLY_OBSERVED, RunState.OBSERVED),
    (
        facts(terms=RunsConfig(conduct=Conduct.OBSERVE), protections=(Protection.NAMED,)),
        Reason.NEVER_CANCELLED,
        RunState.OBSERVED,
    ),
    (facts(again=1), None, RunState.CANCELLING),
    (queued(again=1), Reason.BEGUN_AGAIN, RunState.LEFT),
    (queued(is_superseded=True), None, RunState.CANCELLING),
    (facts(today=10), Reason.BEGUN_AGAIN, RunState.LEFT),
    (facts(today=10, is_superseded=True), None, RunState.CANCELLING),
    (facts(today=10, again=1), None, RunState.CANCELLING),
]


@pytest.mark.parametrize(("given", "reason", "state"), DECIDED)
def test_what_is_done(given: RunFacts, reason: Reason | None, state: RunState | None) -> None:
    """Only what surely hangs, nothing forbids and the configuration allows is cancelled."""
    decision = decide_run(given)
    assert decision.reason == (reason or "")
    assert state_of(decision) is state
    assert (decision.outcome is PROCEED) is (state is RunState.CANCELLING)


def test_a_decision_can_be_made_again_from_its_facts() -> None:
    """The facts survive storage, as `pilothouse replay` needs it."""
    encoded = msgspec.json.encode(FACTS)
    assert decide_run(msgspec.json.decode(encoded, type=RunFacts)) == decide_run(FACTS)


def test_every_refusal_says_who_can_help() -> None:
    """A run that is left has a person's way out in its text."""
    for given, _, state in DECIDED:
        decision = decide_run(given)
        if state in TROUBLE:
            assert "by hand on its page" in decision.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"is_superseded": True}, "newer run"),
        ({"again": 1}, "1 of 1 times"),
        ({"today": 10}, "10 of 10 runs"),
    ],
)
def test_the_limits_of_beginning_again(changes: dict[str, int], said: str) -> None:
    """Each limit that forbids it is named with its figures."""
    given = {"is_superseded": False, "again": 0, "today": 0} | changes
    text = why_not_again(
        ACT, is_superseded=bool(given["is_superseded"]), again=given["again"], today=given["today"]
    )
    assert said in text
    assert bool(text) is bool(said)
    never = RunsConfig(again=0)
    assert "not to be begun again" in why_not_again(never, is_superseded=False, again=0, today=0)


def test_what_is_only_cancelled_is_waived_not_refused() -> None:
    """A run at work whose chances are spent is cancelled all the same: it holds a runner for nothing."""
    begun = next(one for one in decide_run(facts(again=1)).conditions if one.name == "begun again")
    assert begun.standing is Standing.WAIVED
    assert begun.text.endswith("So it is only cancelled.")


def test_every_protection_has_words() -> None:
    """Whatever keeps a run from being cancelled is said."""
    assert set(PROTECTED) == set(Protection)


def test_the_states_are_one_table() -> None:
    """Every state is in the table and in the diagram; what ended for good moves no more."""
    assert set(MOVES) == set(RunState)
    assert all(f"{state} --> " in diagram() or f"--> {state}" in diagram() for state in RunState)
    assert [state for state in RunState if not MOVES[state]] == [
        RunState.CANCELLED,
        RunState.DROPPED,
        RunState.AGAIN,
    ]
    assert all(may_move(state, state) for state in RunState)
    assert all(may_move(state, RunState.ENDED) for state in WATCHED)
    assert not may_move(RunState.AGAIN, RunState.CANCELLING)

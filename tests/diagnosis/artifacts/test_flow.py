"""A red run whose jobs uploaded reports: the whole bot reads them from the local GitHub."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from sqlalchemy import select

from bot.diagnosis.artifacts import flow
from bot.diagnosis.model import Diagnosis, SuiteReport
from bot.diagnosis.store import StoredReport
from bot.github.actions import get_run, list_jobs
from bot.localhub.faults import Fault
from bot.localhub.state import artifacts, runs
from bot.storage.tables import failures, job_results
from tests.support.artifacts import SAMPLES, report_of, zipped
from tests.support.bot import Bot, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from bot.localhub.state.actions import Artifact, WorkflowRun

QUIET = b"##[group]Run make test\n##[endgroup]\n##[error]Process completed with exit code 2.\n"
LINT = b"src/a.py:1:1: F401 unused\n##[error]Process completed with exit code 1.\n"


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    async with serving(tmp_path) as opened:
        yield opened


def begin(bot: Bot, *jobs: str, branch: str = "feature") -> WorkflowRun:
    """A run whose jobs are running."""
    workflow = runs.workflow_of(bot.hub.store, bot.repository, "ci.yml", name="CI")
    new = runs.NewRun(
        head_sha=bot.repository.branches[branch], head_branch=branch, actor=bot.ada, event="push"
    )
    run = runs.start_run(bot.hub.store, bot.repository, workflow, new, jobs=jobs)
    for job in run.latest.jobs:
        runs.start_job(bot.hub.store, job)
    return run


def upload(bot: Bot, run: WorkflowRun, name: str, files: Mapping[str, bytes]) -> Artifact:
    bot.clock.advance(timedelta(seconds=5))
    return artifacts.upload(bot.hub.store, run, name, zipped(files))


def sample(name: str) -> Mapping[str, bytes]:
    return {"report": report_of(name).read_bytes()}


async def summary(bot: Bot, run: WorkflowRun, jobs: Mapping[str, bytes | None]) -> str:
    bot.finish(run, jobs)
    await bot.settle()
    (text,) = bot.summaries()
    return text


async def test_the_summary_names_the_tests_and_places_that_the_log_keeps_quiet(bot: Bot) -> None:
    run = begin(bot, "test", "lint")
    upload(bot, run, "test-results", sample("pytest"))
    text = await summary(bot, run, {"test": QUIET})
    assert "tests/test_spell.py::test_spell[2-two]" in text
    assert "harbour.py:2" in text
    assert "AssertionError: assert 'too' == 'two'" in text
    assert "nothing in the log" not in text


async def test_a_linters_sarif_file_is_read_too(bot: Bot) -> None:
    run = begin(bot, "lint")
    upload(bot, run, "results.sarif", sample("ruff"))
    text = await summary(bot, run, {"lint": LINT})
    assert "Undefined name" in text
    assert "bad.py:4" in text


async def test_an_annotation_says_where_if_the_log_does_not(bot: Bot) -> None:
    run = begin(bot, "build")
    artifacts.annotate(run.latest.jobs[0], "cannot find value `tide`", path="src/tide.rs", line=9)
    text = await summary(bot, run, {"build": QUIET})
    assert "src/tide.rs:9" in text
    assert "cannot find value" in text


async def test_the_runners_exit_code_alone_costs_no_call_for_annotations(bot: Bot) -> None:
    run = begin(bot, "build", "test")
    bot.calls.clear()
    await summary(bot, run, {"build": LINT, "test": b"tests/x.py:1:1: F401 unused\n##[error]no\n"})
    made = Counter(call.operation for call in bot.calls)
    assert made["checks/list-annotations"] == 0
    assert made["actions/list-workflow-run-artifacts"] == 1


@pytest.mark.parametrize("content", [b"PK\x03\x04 cut off", b"no zip at all"])
async def test_a_damaged_artifact_is_said_where_the_log_says_nothing(bot: Bot, content: bytes) -> None:
    run = begin(bot, "test")
    artifacts.upload(bot.hub.store, run, "junit", content)
    run.latest.jobs[0].log_expired = True
    text = await summary(bot, run, {"test": QUIET})
    assert "artifact junit: the archive was not read" in text


async def test_an_expired_artifact_is_not_asked_for(bot: Bot) -> None:
    run = begin(bot, "test")
    upload(bot, run, "junit", sample("pytest")).expired = True
    bot.calls.clear()
    await summary(bot, run, {"test": QUIET})
    assert "actions/download-artifact" not in {call.operation for call in bot.calls}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (r"/zip$", 410),
        (r"/zip$", 502),
        (r"/artifacts$", 500),
        (r"/annotations$", 500),
        (r"/check-runs$", 500),
    ],
)
async def test_what_github_does_not_give_leaves_the_log(bot: Bot, path: str, status: int) -> None:
    run = begin(bot, "lint")
    upload(bot, run, "results.sarif", sample("ruff"))
    artifacts.annotate(run.latest.jobs[0], "here", path="src/a.py", line=1)
    bot.hub.faults.add(Fault(kind="status", path=path, status=status, count=3))
    text = await summary(bot, run, {"lint": LINT})
    assert "F401" in text


async def test_the_same_failure_is_the_same_one_with_and_without_its_artifact(bot: Bot) -> None:
    """What was read once with its report must be known again when the report has expired."""
    log = (SAMPLES / "pytest" / "job.log").read_bytes()
    for name in ("junit", None):
        run = begin(bot, "test")
        if name:
            upload(bot, run, name, sample("pytest"))
        await summary(bot, run, {"test": log})
    query = select(failures.c.run_id, failures.c.fingerprint)
    rows = await bot.database.read(lambda connection: connection.execute(query).all())
    prints: dict[int, set[str]] = {}
    for row in rows:
        prints.setdefault(row.run_id, set()).add(row.fingerprint)
    first, second = prints.values()
    assert first == second


async def test_green_runs_of_the_default_branch_count_their_tests(bot: Bot) -> None:
    run = begin(bot, "test", branch="main")
    green = b'<testsuite name="g"><testcase name="t" time="1.5"/><testcase name="u" time="0.5"/></testsuite>'
    upload(bot, run, "test-results", {"green.xml": green})
    bot.finish(run, {})
    await bot.settle()
    query = select(job_results.c.suites).where(job_results.c.job == "test", job_results.c.passed.is_(True))
    (row,) = await bot.database.read(lambda connection: connection.execute(query).all())
    report = msgspec.json.decode(row.suites, type=SuiteReport)
    assert (report.ran, report.source) == (2, "test-results")
    assert [(test.name, test.seconds) for test in report.slowest] == [("t", 1.5), ("u", 0.5)]


async def test_green_runs_of_pull_requests_cost_no_call(bot: Bot) -> None:
    run = begin(bot, "test")
    upload(bot, run, "junit", sample("pytest"))
    bot.calls.clear()
    bot.finish(run, {})
    await bot.settle()
    assert "actions/list-workflow-run-artifacts" not in {call.operation for call in bot.calls}


async def test_an_artifact_that_grows_beyond_what_was_said_is_not_kept(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(bot, "test")
    upload(bot, run, "junit", sample("pytest"))
    monkeypatch.setattr(flow, "MOST_OF_ONE", 100)
    run.latest.jobs[0].log_expired = True
    text = await summary(bot, run, {"test": QUIET})
    assert "artifact junit: it is larger than GitHub said" in text


async def test_a_crash_in_every_step_changes_nothing(tmp_path: Path) -> None:
    """What is read of artifacts is kept by the engine as JSON, and read again after a crash."""
    async with serving(tmp_path, repeat_every_step=True) as bot:
        run = begin(bot, "test")
        upload(bot, run, "test-results", sample("surefire"))
        artifacts.annotate(run.latest.jobs[0], "gone", path="src/a.py", line=3)
        text = await summary(bot, run, {"test": QUIET})
    assert "org.example.BerthTest.throwsUp" in text
    red, _, mended = text.partition("Passed only when tried again")
    assert "isFlaky" not in red
    assert "isFlaky" in mended


async def test_nothing_secret_of_an_annotation_is_kept(bot: Bot) -> None:
    run = begin(bot, "test")
    job = run.latest.jobs[0]
    artifacts.annotate(job, "denied: password=hunter2hunter2 " + "x" * 5_000, path="src/a.py", line=3)
    artifacts.annotate(job, "only a warning", path="src/a.py", level="warning")
    bot.finish(run, {"test": QUIET})
    repo = bot.github.repository(bot.ref)
    jobs = await list_jobs(repo, run.id, 1)
    known = [StoredReport(job=one, diagnosis=Diagnosis()) for one in jobs]
    readings = await flow.ArtifactReader().read(repo, await get_run(repo, run.id), known)
    assert b"hunter2" not in msgspec.json.encode(readings)
    ((first, *_),) = (one.annotations for one in readings.remarks)
    assert len(first.message) <= flow.MOST_SAID
    assert {one.level for one in readings.remarks[0].annotations} == {"failure"}

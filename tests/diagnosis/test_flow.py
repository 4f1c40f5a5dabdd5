from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import Fault
from bot.localhub.state import checks as state
from bot.localhub.state import git, issues, pulls, runs
from tests.support.bot import Bot, serving
from tests.support.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

RUST, PYTHON, CLIPPY = "pr-rust-test-petgraph-uf", "pr-py-humanize-apnumber", "pr-rust-clippy-heck"
FLAKE = {"test": RUST}


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    async with serving(tmp_path) as opened:
        yield opened


def summary(bot: Bot) -> str:
    """The one summary that may stand."""
    standing = bot.summaries()
    assert len(standing) == 1
    return standing[0]


def checks(bot: Bot) -> list[tuple[str, str | None]]:
    return [
        (run.head_sha, run.conclusion)
        for run in bot.repository.check_runs.values()
        if run.name == "pilothouse / diagnosis"
    ]


async def test_a_red_run_is_explained_once(bot: Bot) -> None:
    run = bot.ci({"build": None, "test": RUST})
    await bot.settle()
    text = summary(bot)
    assert "uf_test_with_equiv" in text
    assert "tests/unionfind.rs" in text
    assert bot.pull.head_sha[:7] in text
    assert checks(bot) == [(bot.pull.head_sha, "neutral")]
    assert str(run.id) in text


async def test_several_workflows_share_one_summary(bot: Bot) -> None:
    bot.ci({"test": RUST})
    bot.ci({"python": PYTHON}, workflow="Python")
    bot.ci({"fine": None}, workflow="Docs")
    await bot.settle()
    text = summary(bot)
    assert "uf_test_with_equiv" in text
    assert "test_apnumber" in text
    assert len(checks(bot)) == 1


async def test_a_job_that_sums_up_the_others_shares_one_line(bot: Bot) -> None:
    """It is red because another is, and says nothing of its own."""
    log = (SAMPLES / "pilothouse_report" / "judge.log").read_bytes()
    bot.ci({"test": RUST, "ci-build": log})
    await bot.settle()
    text = summary(bot)
    assert "Red only because of these: `ci-build`" in text
    assert "not green" not in text
    assert "uf_test_with_equiv" in text


async def test_a_pull_request_that_was_never_red_hears_nothing(bot: Bot) -> None:
    bot.ci({"test": None})
    await bot.settle()
    assert bot.summaries() == []
    assert checks(bot) == []


async def test_all_green_turns_the_summary_quiet(bot: Bot) -> None:
    run = bot.ci({"test": RUST})
    await bot.settle()
    runs.rerun(bot.hub.store, run, actor=bot.ada, again=lambda job: job.conclusion == "failure")
    bot.finish(run, {"test": None})
    await bot.settle()
    text = summary(bot)
    assert "All green" in text
    assert "uf_test_with_equiv" not in text
    assert checks(bot) == [(bot.pull.head_sha, "success")]


async def test_a_push_that_mends_it_turns_the_summary_quiet(bot: Bot) -> None:
    bot.ci({"test": RUST})
    await bot.settle()
    sha = bot.push()
    bot.ci({"test": None})
    await bot.settle()
    assert "All green" in summary(bot)
    assert sha[:7] in summary(bot)


async def test_an_older_run_never_overwrites_a_newer_head(bot: Bot) -> None:
    old = bot.ci({"test": None}, workflow="Slow")
    bot.ci({"test": RUST})
    await bot.settle()
    bot.push()
    bot.ci({"python": PYTHON})
    await bot.settle()
    before = summary(bot)
    runs.rerun(bot.hub.store, old, actor=bot.ada, again=lambda _: True)
    bot.finish(old, {"test": CLIPPY})
    await bot.settle()
    assert summary(bot) == before


async def test_an_identical_summary_makes_no_call(bot: Bot) -> None:
    bot.ci({"test": RUST})
    await bot.settle()
    bot.calls.clear()
    bot.ci({"fine": None}, workflow="Docs")
    await bot.settle()
    assert bot.calls
    assert [call.operation for call in bot.calls if call.operation.startswith(("issues/", "checks/"))] == []


async def test_a_comment_deleted_by_a_person_is_written_anew(bot: Bot) -> None:
    bot.ci({"test": RUST})
    await bot.settle()
    (comment,) = [one for one in bot.repository.issues[bot.pull.number].comments if one.app is bot.hub.app]
    issues.delete_comment(bot.hub.store, bot.repository, comment, deleter=bot.ada)
    bot.ci({"python": PYTHON}, workflow="Python")
    await bot.settle()
    assert "test_apnumber" in summary(bot)


async def test_a_marker_quoted_by_somebody_else_is_not_taken_for_ours(bot: Bot) -> None:
    issues.write_comment(
        bot.hub.store,
        bot.repository,
        bot.pull.number,
        body="<!-- pilothouse:summary -->\nmine!",
        author=bot.ada,
    )
    bot.ci({"test": RUST})
    await bot.settle()
    assert "uf_test_with_equiv" in summary(bot)
    assert bot.repository.issues[bot.pull.number].comments[0].body.endswith("mine!")


async def test_our_own_receipt_that_quotes_the_marker_is_not_taken_for_the_summary(bot: Bot) -> None:
    hostile = "/deploy staging --param a=<!-- pilothouse:summary -->"
    issues.write_comment(bot.hub.store, bot.repository, bot.pull.number, body=hostile, author=bot.ada)
    await bot.settle()
    bot.ci({"test": RUST})
    await bot.settle()
    comments = [one.body for one in bot.repository.issues[bot.pull.number].comments if one.app is bot.hub.app]
    assert [body.split("\n")[0].split(" ")[1] for body in comments] == [
        "pilothouse:receipt",
        "pilothouse:summary",
    ]


async def test_the_repository_may_do_without_the_comment_or_the_check(bot: Bot) -> None:
    files = {".github/pilothouse.yml": "diagnosis:\n  comment: false\n"}
    git.push(bot.hub.store, bot.repository, "main", files=files, message="Configure", author=bot.ada)
    bot.ci({"test": RUST})
    await bot.settle()
    assert bot.summaries() == []
    assert checks(bot) == [(bot.pull.head_sha, "neutral")]
    bot.ci({"other": None}, workflow="Docs")
    await bot.settle()
    assert bot.summaries() == []


async def test_a_log_that_is_gone_is_said_and_stops_nothing(bot: Bot) -> None:
    run = bot.ci({"test": RUST, "lint": CLIPPY})
    bot.hub.faults.add(
        Fault(kind="status", method="GET", path=rf"/actions/jobs/{run.latest.jobs[0].id}/logs", status=410)
    )
    await bot.settle()
    text = summary(bot)
    assert "no longer has the log" in text
    assert "clippy" in text


async def test_a_closed_pull_request_is_left_alone(bot: Bot) -> None:
    pulls.merge(bot.hub.store, bot.repository, bot.pull, message="Merge", sender=bot.ada)
    bot.ci({"test": RUST})
    await bot.settle()
    assert bot.summaries() == []


async def test_the_repository_may_ask_for_silence(bot: Bot) -> None:
    files = {".github/pilothouse.yml": "diagnosis:\n  ignore_workflows: [ci.yml]\n"}
    git.push(bot.hub.store, bot.repository, "main", files=files, message="Configure", author=bot.ada)
    bot.ci({"test": RUST})
    await bot.settle()
    assert bot.summaries() == []


async def test_an_ignored_workflow_is_neither_red_nor_still_running(bot: Bot) -> None:
    files = {".github/pilothouse.yml": "diagnosis:\n  ignore_workflows: [nightly.yml]\n"}
    git.push(bot.hub.store, bot.repository, "main", files=files, message="Configure", author=bot.ada)
    bot.ci({"slow": CLIPPY}, workflow="Nightly")
    run = bot.ci({"test": RUST})
    await bot.settle()
    assert "Nightly" not in summary(bot)
    runs.rerun(bot.hub.store, run, actor=bot.ada, again=lambda _: True)
    bot.finish(run, {})
    await bot.settle()
    assert "All green" in summary(bot)


async def test_a_red_run_with_eleven_failed_jobs_stays_within_its_calls(bot: Bot) -> None:
    await bot.github.identity()
    bot.calls.clear()
    bot.ci({f"test {number}": RUST for number in range(11)}, event="pull_request")
    await bot.settle()
    made = Counter(call.operation for call in bot.calls if "access-token" not in call.operation)
    logs = made.pop("actions/download-job-logs-for-workflow-run")
    assert logs == 11
    assert made.total() <= 10, made


@pytest.mark.parametrize("lost", ["issues/create-comment", "checks/create"])
async def test_a_write_that_was_done_but_answered_502_is_not_repeated(bot: Bot, lost: str) -> None:
    path = {"issues/create-comment": r".*/issues/\d+/comments", "checks/create": r".*/check-runs"}[lost]
    bot.hub.faults.add(Fault(kind="status", method="POST", path=path, after=True, count=1))
    bot.ci({"test": RUST})
    await bot.settle()
    assert "uf_test_with_equiv" in summary(bot)
    assert len(checks(bot)) == 1


@pytest.mark.parametrize("step", ["jobs", "store", "pull request", "say"])
async def test_a_crash_after_any_step_repeats_nothing_visible(bot: Bot, step: str) -> None:
    bot.engine.crash_in(step)
    bot.ci({"test": RUST})
    await bot.settle()
    assert "uf_test_with_equiv" in summary(bot)
    assert len(checks(bot)) == 1


async def test_every_step_done_twice_says_it_once(tmp_path: Path) -> None:
    async with serving(tmp_path, repeat_every_step=True) as bot:
        bot.ci({"test": RUST})
        await bot.settle()
        assert "uf_test_with_equiv" in summary(bot)
        assert len(checks(bot)) == 1


async def test_the_check_run_asked_for_again_is_written_again_though_nothing_is_new(bot: Bot) -> None:
    bot.ci({"test": RUST})
    await bot.settle()
    bot.calls.clear()
    check = next(one for one in bot.repository.check_runs.values() if one.name == "pilothouse / diagnosis")
    state.rerequest_run(bot.hub.store, bot.repository, check, user=bot.ada)
    await bot.settle()
    assert [call.operation for call in bot.calls if call.operation.startswith("checks/update")] == [
        "checks/update"
    ]
    assert len(bot.summaries()) == 1


async def test_the_button_of_the_check_run_runs_the_failed_jobs_again(bot: Bot) -> None:
    run = bot.ci({"test": RUST, "lint": None})
    await bot.settle()
    check = next(one for one in bot.repository.check_runs.values() if one.name == "pilothouse / diagnosis")
    state.request_action(bot.hub.store, bot.repository, check, identifier="rerun_failed", user=bot.ada)
    await bot.settle()
    assert run.latest.number == 2


async def test_a_cancelled_run_proves_nothing(bot: Bot) -> None:
    """A run that was cancelled before it had a job must not count as a pass: that would be a false "flaky"."""
    bot.ci({"test": RUST})
    await bot.settle()
    store = bot.hub.store
    known = runs.workflow_of(store, bot.repository, "ci.yml", name="CI")
    new = runs.NewRun(head_sha=bot.pull.head_sha, head_branch="feature", actor=bot.ada, event="pull_request")
    stopped = runs.start_run(store, bot.repository, known, new)
    runs.finish_run(store, stopped, "cancelled")
    await bot.settle()
    bot.ci({"test": RUST}, workflow="CI")
    await bot.settle()
    assert "flaky, proven" not in summary(bot).lower()

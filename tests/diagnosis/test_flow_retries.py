"""What failed by the machine's fault or by proven chance is started again: once, within limits, and said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import Fault
from bot.localhub.state import git, issues, pulls, runs
from tests.support.bot import Bot, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun

RUST = "pr-rust-test-petgraph-uf"
DISK = b"compiling\n##[error]System.IO.IOException: No space left on device : '/home/runner/x.log'\n"


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    async with serving(tmp_path) as opened:
        yield opened


def summary(bot: Bot) -> str:
    (standing,) = bot.summaries()
    return standing


def again(bot: Bot, run: WorkflowRun) -> None:
    """A person starts the failed jobs again."""
    runs.rerun(bot.hub.store, run, actor=bot.ada, again=lambda job: job.conclusion == "failure")


async def test_a_job_that_the_machine_failed_is_started_again_and_the_summary_says_so(bot: Bot) -> None:
    run = bot.ci({"test": DISK, "lint": None})
    await bot.settle()
    assert run.latest.number == 2
    assert "Started again by itself, as attempt 2." in summary(bot)
    bot.finish(run, {"test": None})
    await bot.settle()
    assert "All green" in summary(bot)
    assert "Flaky, proven: `CI / test`" in summary(bot)
    assert "when it was run again by itself" in summary(bot)


async def test_it_is_not_started_a_third_time(bot: Bot) -> None:
    run = bot.ci({"test": DISK})
    await bot.settle()
    bot.finish(run, {"test": DISK})
    await bot.settle()
    assert run.latest.number == 2
    assert "started again once at this commit, and failed again" in summary(bot)


async def test_a_new_failure_is_never_started_again(bot: Bot) -> None:
    bot.ci({"test": None}, branch="main")
    await bot.settle()
    run = bot.ci({"test": RUST})
    await bot.settle()
    assert run.latest.number == 1
    assert "by itself" not in summary(bot)


async def test_beside_a_real_failure_only_the_machines_job_is_started_again(bot: Bot) -> None:
    run = bot.ci({"disk": DISK, "test": RUST})
    await bot.settle()
    begun = [job.name for job in run.latest.jobs if job.status != "completed"]
    assert begun == ["disk"]


async def test_what_was_proven_flaky_elsewhere_is_started_again(bot: Bot) -> None:
    other = bot.open_pull("other", by="bob")
    flaky = bot.ci({"test": RUST}, branch="other")
    await bot.settle()
    assert flaky.latest.number == 1
    again(bot, flaky)
    bot.finish(flaky, {"test": None})
    await bot.settle()
    assert "All green" in bot.summaries(other.number)[0]
    run = bot.ci({"test": RUST})
    await bot.settle()
    assert "1 flaky, likely" in summary(bot)
    assert run.latest.number == 2
    bot.finish(run, {"test": None})
    await bot.settle()
    assert "All green" in summary(bot)


async def test_what_was_proven_flaky_elsewhere_and_fails_again_here_is_flaky_no_more(bot: Bot) -> None:
    bot.open_pull("other", by="bob")
    flaky = bot.ci({"test": RUST}, branch="other")
    await bot.settle()
    again(bot, flaky)
    bot.finish(flaky, {"test": None})
    run = bot.ci({"test": RUST})
    await bot.settle()
    bot.finish(run, {"test": RUST})
    await bot.settle()
    assert "1 unknown" in summary(bot)
    assert "failed 2 times in a row at this commit" in summary(bot)
    assert run.latest.number == 2


async def test_the_repository_may_forbid_it(bot: Bot) -> None:
    files = {".github/pilothouse.yml": "diagnosis:\n  retry: false\n"}
    git.push(bot.hub.store, bot.repository, "main", files=files, message="Configure", author=bot.ada)
    run = bot.ci({"test": DISK})
    await bot.settle()
    assert run.latest.number == 1
    assert "by itself" not in summary(bot)


async def test_a_file_with_mistakes_may_have_forbidden_it(bot: Bot) -> None:
    files = {".github/pilothouse.yml": "diagnosis:\n  retry: no thanks\n"}
    git.push(bot.hub.store, bot.repository, "main", files=files, message="Configure", author=bot.ada)
    run = bot.ci({"test": DISK})
    await bot.settle()
    assert run.latest.number == 1


async def test_where_many_jobs_fail_nothing_is_started_again(bot: Bot) -> None:
    run = bot.ci({f"test {number}": DISK for number in range(6)})
    await bot.settle()
    assert run.latest.number == 1
    assert "6 jobs failed" in summary(bot)


async def test_a_pull_request_has_three_re_runs_a_day(bot: Bot) -> None:
    made = []
    for number in range(4):
        made.append(bot.ci({"test": DISK}, workflow=f"W{number}"))
        await bot.settle()
    assert [run.latest.number for run in made] == [2, 2, 2, 1]
    assert "3 re-runs in 24 hours already" in summary(bot)
    bot.clock.advance(timedelta(hours=25))
    later = bot.ci({"test": DISK}, workflow="W5")
    await bot.settle()
    assert later.latest.number == 2


async def test_a_persons_word_alone_starts_nothing_and_real_forbids_it(bot: Bot) -> None:
    run = bot.ci({"test": RUST})
    await bot.settle()
    comment = issues.write_comment(
        bot.hub.store, bot.repository, bot.pull.number, body="/verdict 0000 flaky", author=bot.ada
    )
    await bot.settle()
    receipt = next(
        one.body
        for one in bot.repository.issues[bot.pull.number].comments
        if f"receipt {comment.id}/0" in one.body
    )
    name = receipt.rpartition("- `")[2][:8]
    issues.write_comment(
        bot.hub.store, bot.repository, bot.pull.number, body=f"/verdict {name} flaky", author=bot.ada
    )
    await bot.settle()
    assert "flaky, says ada" in summary(bot)
    assert run.latest.number == 1


async def test_a_closed_pull_request_is_left_alone(bot: Bot) -> None:
    pulls.merge(bot.hub.store, bot.repository, bot.pull, message="Merge", sender=bot.ada)
    run = bot.ci({"test": DISK})
    await bot.settle()
    assert run.latest.number == 1


@pytest.mark.parametrize("step", ["say", "workflow runs", "store"])
async def test_a_crash_starts_it_once_and_says_so(bot: Bot, step: str) -> None:
    bot.engine.crash_in(step)
    run = bot.ci({"test": DISK})
    await bot.settle()
    assert run.latest.number == 2
    assert "Started again by itself, as attempt 2." in summary(bot)


async def test_a_lost_answer_starts_it_once(bot: Bot) -> None:
    bot.hub.faults.add(Fault(kind="status", method="POST", path=r".*/rerun-failed-jobs", after=True, count=1))
    run = bot.ci({"test": DISK})
    await bot.settle()
    assert run.latest.number == 2
    assert "as attempt 2" in summary(bot)


async def test_what_github_refuses_is_said_and_not_asked_again(bot: Bot) -> None:
    bot.hub.faults.add(Fault(kind="status", method="POST", path=r".*/rerun-failed-jobs", status=403))
    run = bot.ci({"test": DISK})
    await bot.settle()
    assert run.latest.number == 1
    assert "GitHub refused it" in summary(bot)
    bot.calls.clear()
    bot.ci({"docs": RUST}, workflow="Docs")
    await bot.settle()
    assert not [call for call in bot.calls if "re-run" in call.operation]


async def test_while_github_does_not_answer_the_summary_stands_without_it(bot: Bot) -> None:
    bot.hub.faults.add(Fault(kind="status", method="GET", path=r".*/actions/runs/\d+$", status=502))
    run = bot.ci({"test": DISK})
    await bot.settle()
    assert run.latest.number == 1
    assert "1 infrastructure" in summary(bot)

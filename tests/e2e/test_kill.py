"""The promise of the whole product, with real processes: nothing is lost and nothing is said twice."""

from __future__ import annotations

import os
import re
from collections import Counter
from contextlib import suppress
from signal import SIGKILL
from typing import TYPE_CHECKING

import psutil
import pytest

from bot.demo.process import BotProcess
from bot.localhub.faults import DeliveryFault, Fault
from bot.localhub.server import LocalHub
from bot.localhub.state import accounts, git, issues, pulls, runs
from tests.support.bot import log_of
from tests.support.hub import assert_true_to_github, record_file, wall_clock
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.nouns import Comment, Pull, Repository
    from bot.localhub.state.reports import CheckRun

# `make soak` plays it long.
PULLS = 80 if os.environ.get("PILOTHOUSE_TEST_SOAK") else 8
COMMENTS_EACH = 4
TESTS = {"pr-rust-test-petgraph-uf": "uf_test_with_equiv", "pr-py-humanize-apnumber": "test_apnumber"}


class Harbour:
    """A repository in which much happens at once."""

    def __init__(self, hub: LocalHub) -> None:
        self.hub = hub
        self.ada = hub.store.user("ada")
        self.repository: Repository = accounts.create_repository(
            hub.store, "octo/harbour", files={"README.md": "harbour\n"}
        )
        accounts.set_role(self.repository, self.ada, "write")
        accounts.install(hub.store, hub.app, self.repository)
        self.pulls: list[tuple[Pull, str]] = []
        self.commands: list[Comment] = []

    def play(self, number: int) -> None:
        """One pull request: opened, discussed, commanded, and red."""
        branch, log = f"topic-{number}", list(TESTS)[number % len(TESTS)]
        store, repository = self.hub.store, self.repository
        git.push(
            store,
            repository,
            branch,
            files={f"{number}.txt": "1"},
            message=f"Topic {number}",
            author=self.ada,
        )
        pull = pulls.open_pull(store, repository, title=f"Topic {number}", head=branch, author=self.ada)
        workflow = runs.workflow_of(store, repository, "ci.yml", name="CI")
        new = runs.NewRun(head_sha=pull.head_sha, head_branch=branch, actor=self.ada, event="pull_request")
        run = runs.start_run(store, repository, workflow, new, jobs=("build", "test"))
        for index in range(COMMENTS_EACH):
            text = "/ping" if index % 2 else "What a fine day."
            comment = issues.write_comment(store, repository, pull.number, body=text, author=self.ada)
            if text == "/ping":
                self.commands.append(comment)
        build, test = run.latest.jobs
        runs.finish_job(store, build, "success", log=b"fine\n")
        runs.finish_job(store, test, "failure", log=log_of(log))
        runs.finish_run(store, run)
        self.pulls.append((pull, TESTS[log]))

    def said(self, pull: Pull) -> list[str]:
        """What the bot has written on a pull request."""
        return [comment.body for comment in pull.issue.comments if comment.app is self.hub.app]

    def receipts(self) -> Counter[str]:
        """How often each comment was answered."""
        bodies = [body for pull, _ in self.pulls for body in self.said(pull)]
        return Counter(
            found[1] for body in bodies if (found := re.search(r"pilothouse:receipt (\d+)/0", body))
        )

    def missing(self) -> list[str]:
        """What must be said and does not stand yet."""
        answered, checked = self.receipts(), {run.head_sha for run in self.checks()}
        summaries = [
            f"summary of #{pull.number}"
            for pull, test in self.pulls
            if not any("pilothouse:summary" in body and test in body for body in self.said(pull))
        ]
        checks = [f"check of #{pull.number}" for pull, _ in self.pulls if pull.head_sha not in checked]
        return (
            summaries
            + checks
            + [f"receipt of {one.id}" for one in self.commands if not answered[str(one.id)]]
        )

    def checks(self) -> list[CheckRun]:
        """The bot's check runs."""
        return [run for run in self.repository.check_runs.values() if run.name == "pilothouse / diagnosis"]

    async def all_said(self, bot: BotProcess, *, within: float) -> None:
        """Wait until nothing is missing, and name what is when it takes too long."""
        try:
            await until(lambda: not self.missing(), within=within)
        except TimeoutError:
            pytest.fail(f"missing after {within} s: {self.missing()}{bot.tail()}")


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[LocalHub]:
    record = record_file(tmp_path)
    started = await LocalHub.start(clock=wall_clock, record=record)
    yield started
    await started.close()
    assert_true_to_github(record)


async def kill(bot: BotProcess) -> None:
    """Kill the web process and its worker as the kernel does when memory runs out."""
    assert bot.process is not None
    with suppress(psutil.NoSuchProcess):
        family = [psutil.Process(bot.process.pid)]
        family += family[0].children(recursive=True)
        for each in family:
            with suppress(psutil.NoSuchProcess):
                each.send_signal(SIGKILL)
    await bot.process.wait()


def trouble(hub: LocalHub) -> None:
    """Lose, repeat and reorder deliveries; fail calls before and after they were done; limit now and then."""
    hub.faults.add(
        DeliveryFault(kind="fail", probability=0.1),
        DeliveryFault(kind="duplicate", probability=0.1),
        DeliveryFault(kind="delay", probability=0.3, seconds=0.2),
        Fault(kind="status", path="^/repos/", status=502, probability=0.025),
        Fault(kind="status", path="^/repos/", status=502, probability=0.025, after=True),
        Fault(kind="secondary", path="^/repos/", probability=0.01, retry_after=1),
    )


@pytest.mark.timeout(900 if PULLS > 10 else 240)
async def test_nothing_is_lost_and_nothing_is_said_twice(hub: LocalHub, tmp_path: Path) -> None:
    """Every red pull request gets its one summary and every command its one receipt, through two kills."""
    harbour = Harbour(hub)
    trouble(hub)
    bot = BotProcess(hub, tmp_path)
    await bot.start(seconds=60)
    hub.set_webhook(f"{bot.url}/webhook")

    third = PULLS // 3 + 1
    for number in range(third):
        harbour.play(number)
    await until(lambda: bool(harbour.receipts()), within=60)  # it is in the middle of its work
    await kill(bot)
    for number in range(third, 2 * third):  # nobody listens: every delivery fails
        harbour.play(number)
    await hub.settle()
    await bot.start(seconds=60)
    for number in range(2 * third, PULLS):
        harbour.play(number)
    answered = len(harbour.receipts())
    await until(lambda: len(harbour.receipts()) > answered, within=60)
    await kill(bot)
    await hub.settle()
    hub.faults.deliveries.clear()
    await bot.start(seconds=60)  # at start-up the reconciler asks for what failed

    await harbour.all_said(bot, within=600 if PULLS > 10 else 120)
    await bot.stop()
    assert len(hub.deliveries.listed) >= 200
    assert any(one.redelivery for one in hub.deliveries.listed)
    assert set(harbour.receipts().values()) == {1}
    for pull, _ in harbour.pulls:
        assert sum("pilothouse:summary" in body for body in harbour.said(pull)) == 1
    assert len(harbour.checks()) == len(harbour.pulls)
    for comment in harbour.commands:
        assert [reaction.content for reaction in comment.reactions] == ["eyes"]


async def test_a_worker_that_is_killed_is_started_again(hub: LocalHub, tmp_path: Path) -> None:
    harbour = Harbour(hub)
    bot = BotProcess(hub, tmp_path)
    await bot.start(seconds=60)
    hub.set_webhook(f"{bot.url}/webhook")
    assert bot.process is not None
    parent = psutil.Process(bot.process.pid)
    await until(lambda: bool(parent.children()))
    (worker,) = parent.children()
    worker.send_signal(SIGKILL)
    harbour.play(0)
    await harbour.all_said(bot, within=60)
    assert parent.children() != [worker]
    await bot.stop()


async def test_a_stop_leaves_nobody_behind_and_is_quick(hub: LocalHub, tmp_path: Path) -> None:
    bot = BotProcess(hub, tmp_path)
    await bot.start(seconds=60)
    assert bot.process is not None
    family = psutil.Process(bot.process.pid).children()
    await bot.stop()
    assert bot.process.returncode == 0
    assert not any(each.is_running() for each in family)

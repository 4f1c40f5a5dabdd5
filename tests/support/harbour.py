"""A repository in which much happens at once, and what a bot must have said about it in the end."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import accounts, git, issues, pulls, runs
from tests.support.bot import log_of
from tests.support.waiting import until

if TYPE_CHECKING:
    from bot.demo.process import BotProcess
    from bot.localhub.server import LocalHub
    from bot.localhub.state.nouns import Comment, Pull, Repository
    from bot.localhub.state.reports import CheckRun

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

"""A repository in which pull requests are merged by the whole bot: people ask, hold, label and push; CI answers."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands.spec import Services
from bot.localhub.state import accounts, checks, git, issues, merge_queue, runs
from bot.localhub.state.protections import Rule, Ruleset
from bot.merging.keeping.model import SWEEP_MERGES
from bot.merging.wishes.store import wish_of
from bot.storage.effects import Effects
from handlers.grammars import SPECS
from handlers.schedule import SCHEDULES
from tests.support.bot import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Pull, User
    from bot.localhub.state.reports import CheckRun
    from bot.merging.model import Wish
    from tests.support.bot import Bot

NAME = "pilothouse / merge"
POLICY = "merge:\n  checks: [test]\n"
QUEUE = {
    "check_response_timeout_minutes": 60,
    "grouping_strategy": "ALLGREEN",
    "max_entries_to_build": 5,
    "max_entries_to_merge": 5,
    "merge_method": "SQUASH",
    "min_entries_to_merge": 1,
    "min_entries_to_merge_wait_minutes": 5,
}
QUIET = timedelta(seconds=31)  # after which nothing has moved for long enough


def requiring(name: str) -> Rule:
    """This function will make the rule that asks for a check."""
    wanted = [{"context": name}]
    parameters = {"required_status_checks": wanted, "strict_required_status_checks_policy": False}
    return Rule(type="required_status_checks", parameters=parameters)


@dataclass
class Harbour:
    """Pull request 1 of `ada` from `feature`; `bob` may write, `tess` may triage, `mallory` may read."""

    bot: Bot

    @property
    def pull(self) -> Pull:
        """The first pull request."""
        return self.bot.pull

    def user(self, login: str) -> User:
        """This function will give a person."""
        return self.bot.hub.store.user(login)

    def configure(self, text: str = POLICY) -> None:
        """This function will put the policy on the default branch."""
        store, repository = self.bot.hub.store, self.bot.repository
        files = {".github/pilothouse.yml": text}
        git.push(store, repository, "main", files=files, message="Policy", author=self.bot.ada)

    def give_queue(self) -> None:
        """This function will give the default branch a merge queue of GitHub's that asks for the check `test`."""
        queue, checks_of = Rule(type="merge_queue", parameters=QUEUE), requiring("test")
        self.bot.repository.rulesets.append(
            Ruleset(id=self.bot.hub.store.next_id(), rules=(queue, checks_of))
        )

    def group(self) -> str:
        """This function will give the commit that GitHub's merge queue tests for the first pull request."""
        entry = merge_queue.entry_of(self.bot.repository, self.pull)
        assert entry is not None
        assert entry.group_sha is not None
        return entry.group_sha

    def answer_group(self, *, red: bool = False) -> None:
        """This function will let CI end on what GitHub's merge queue tests for the first pull request."""
        branch = next(name for name, sha in self.bot.repository.branches.items() if sha == self.group())
        self.bot.ci({"test": b"boom\n" if red else None}, branch=branch, event="merge_group")

    def green(self, branch: str = "feature") -> WorkflowRun:
        """This function will let every check of the branch's head pass."""
        return self.bot.ci({"test": None}, branch=branch)

    def begin(self, branch: str = "feature") -> WorkflowRun:
        """This function will start the checks of the branch's head, and not end them."""
        store, repository = self.bot.hub.store, self.bot.repository
        known = runs.workflow_of(store, repository, "ci.yml", name="CI")
        new = runs.NewRun(
            head_sha=repository.branches[branch], head_branch=branch, actor=self.bot.ada, event="push"
        )
        begun = runs.start_run(store, repository, known, new, jobs=("test",))
        for job in begun.latest.jobs:
            runs.start_job(store, job)
        return begun

    def end(self, run: WorkflowRun, *, red: bool = False) -> None:
        """This function will end what was begun."""
        self.bot.finish(run, {"test": b"boom\n" if red else None})

    async def say(self, text: str, *, by: str = "ada", number: int | None = None) -> str:
        """This function will comment on a pull request, and return how the newest command on it stands then."""
        self.bot.clock.advance(timedelta(seconds=1))
        store, on = self.bot.hub.store, number or self.pull.number
        issues.write_comment(store, self.bot.repository, on, body=text, author=self.user(by))
        await self.bot.settle()
        return self.answers(on)[-1]

    def answers(self, number: int | None = None) -> list[str]:
        """This function will list the bot's receipts on a pull request as they are now."""
        comments = self.bot.repository.issues[number or self.pull.number].comments
        return [
            one.body for one in comments if one.app is self.bot.hub.app and "pilothouse:receipt" in one.body
        ]

    async def later(self, duration: timedelta = QUIET) -> None:
        """This function will let time pass, and everything happen that follows."""
        await self.bot.settle()
        self.bot.clock.advance(duration)
        await self.bot.settle()

    def label(self, *names: str, by: str = "bob", number: int | None = None) -> None:
        """This function will put these labels on a pull request, and no others."""
        issue = self.bot.repository.issues[number or self.pull.number]
        issues.set_labels(self.bot.hub.store, self.bot.repository, issue, list(names), self.user(by))

    def push(self, branch: str = "feature", *, by: str = "ada", content: str = "2") -> str:
        """This function will push one more commit."""
        store, repository = self.bot.hub.store, self.bot.repository
        files = {f"{branch}.txt": content}
        made = git.push(store, repository, branch, files=files, message="More", author=self.user(by))
        return made.sha

    async def wish(self, number: int | None = None) -> Wish | None:
        """This function will read how the wish for a pull request stands."""
        repository_id, on = self.bot.ref.id, number or self.pull.number
        return await self.bot.database.read(lambda connection: wish_of(connection, repository_id, on))

    async def standing(self, number: int | None = None) -> str:
        """This function will say the state and the reason of the wish for a pull request."""
        wish = await self.wish(number)
        return "none" if wish is None else f"{wish.state} {wish.reason}"

    def shown(self, number: int | None = None) -> list[CheckRun]:
        """This function will list the bot's check runs about merging a pull request, oldest first."""
        external_id = f"merge-{number or self.pull.number}"
        every = self.bot.repository.check_runs.values()
        return [one for one in every if one.name == NAME and one.external_id == external_id]

    def check(self, number: int | None = None) -> CheckRun:
        """This function will give the newest check run about merging a pull request."""
        return self.shown(number)[-1]

    async def presses(self, login: str, label: str) -> str:
        """This function will have a person press a button of the newest check run."""
        shown = self.check()
        identifier = next(one["identifier"] for one in shown.actions if one["label"] == label)
        checks.request_action(
            self.bot.hub.store, self.bot.repository, shown, identifier=identifier, user=self.user(login)
        )
        await self.bot.settle()
        return self.answers()[-1]

    async def rerequest(self) -> None:
        """This function will have a person ask GitHub to run our newest check once more."""
        checks.rerequest_run(self.bot.hub.store, self.bot.repository, self.check(), user=self.user("bob"))
        await self.bot.settle()

    async def sweep(self) -> None:
        """This function will let the clock's look at everything that waits happen now."""
        schedule = next(each for each in SCHEDULES if each.name == SWEEP_MERGES)
        await self.bot.engine.submit([schedule.start(self.bot.clock())])
        await self.bot.settle()

    @property
    def services(self) -> Services:
        """What the acts of merging are given."""
        bot = self.bot
        effects = Effects(bot.database, bot.clock, pauses=())
        return Services(github=bot.github, effects=effects, database=bot.database, specs=SPECS)

    def merges(self) -> int:
        """This function will count how often GitHub was asked to merge a pull request."""
        return sum(call.operation == "pulls/merge" for call in self.bot.calls)


@asynccontextmanager
async def harbour(folder: Path, *, repeat_every_step: bool = False) -> AsyncIterator[Harbour]:
    """This function will open the bot in a repository where one check counts."""
    async with serving(folder, repeat_every_step=repeat_every_step) as bot:
        opened = Harbour(bot)
        for login, role in (("bob", "write"), ("tess", "triage"), ("mallory", "read")):
            accounts.set_role(bot.repository, bot.hub.store.user(login), role)
        opened.configure()
        await bot.settle()
        yield opened

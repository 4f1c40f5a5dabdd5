"""A gate on the local GitHub with the whole bot in memory: people comment, press buttons, push and edit."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands.spec import Services
from bot.gates.keeper import Keeper
from bot.gates.ledger import Word
from bot.gates.model import Gate, GateState, Opening, Parameter, PlanSummary, Subject
from bot.gates.store import gate_by_id, words_about
from bot.github.limits import Priority
from bot.github.models import Actor, Sha
from bot.localhub.state import accounts, checks, git, issues
from bot.storage.effects import Effects
from bot.storage.trust_tables import deployments
from handlers.grammars import SPECS
from tests.support.bot import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.gates.ledger import Approval
    from bot.github.client import RepositoryClient
    from bot.localhub.state.nouns import Comment
    from bot.localhub.state.reports import CheckRun
    from tests.support.bot import Bot

GATE_ID = "gate-1"
POLICY = "environments:\n  production:\n    approvals: {}\n"


def plan(digest: str = "a") -> PlanSummary:
    """This function will make a plan whose digest is this character 64 times."""
    return PlanSummary(digest=digest * 64, adds=1, changes=2, destroys=0)


@dataclass
class AtGate:
    """Pull request 1 of `ada`; `bob` and `eve` may write, `mallory` may read; a gate of production."""

    bot: Bot
    keeper: Keeper
    comments: list[Comment] = field(default_factory=list)
    asks: str = "ada"  # who asked for the deployment

    def configure(self, text: str = POLICY) -> None:
        """This function will put the policy on the default branch."""
        files = {".github/pilothouse.yml": text}
        git.push(
            self.bot.hub.store,
            self.bot.repository,
            "main",
            files=files,
            message="Policy",
            author=self.bot.ada,
        )

    def approvals(self, text: str) -> None:
        """This function will ask for approvals in production as the flow-style YAML says."""
        self.configure(f"environments:\n  production:\n    approvals: {text}\n")

    async def open(  # noqa: PLR0913 - an opening has these parts
        self,
        *,
        parameters: tuple[Parameter, ...] = (),
        summary: PlanSummary | None = None,
        gate_id: str = GATE_ID,
        environment: str = "production",
        run_id: str = "",
        number: int | None = 1,
    ) -> Gate:
        """This function will open the gate of the head as it is now, and let everything happen that follows."""
        bot = self.bot
        head = bot.hub.store.commits[bot.pull.head_sha]
        requester = bot.hub.store.user(self.asks)
        opening = Opening(
            id=gate_id,
            number=number and bot.pull.number,
            subject=Subject(
                environment=environment,
                head_sha=Sha(head.sha),
                tree=head.tree,
                base_ref=bot.pull.base_ref,
                parameters=parameters,
                plan=summary,
            ),
            requester=Actor(id=requester.id, login=requester.login),
            run_id=run_id,
        )
        gate = await self.keeper.open(self.repo, opening, now=bot.clock())
        await bot.settle()
        return gate

    async def say(self, text: str, *, by: str = "bob") -> str:
        """This function will comment on the pull request and return the bot's newest answer."""
        bot = self.bot
        bot.clock.advance(timedelta(seconds=1))
        author = bot.hub.store.user(by)
        self.comments.append(
            issues.write_comment(bot.hub.store, bot.repository, bot.pull.number, body=text, author=author)
        )
        await bot.settle()
        return self.answers[-1] if self.answers else ""

    async def press(self, label: str, *, by: str = "bob", button: str = "") -> str:
        """This function will press a button of the gate's check run and return the bot's newest answer."""
        bot, shown = self.bot, self.check
        bot.clock.advance(timedelta(seconds=1))
        identifier = button or next(each["identifier"] for each in shown.actions if each["label"] == label)
        user = bot.hub.store.user(by)
        checks.request_action(bot.hub.store, bot.repository, shown, identifier=identifier, user=user)
        await bot.settle()
        return self.answers[-1] if self.answers else ""

    async def edit(self, comment: Comment, body: str, *, by: str) -> None:
        """This function will edit a comment."""
        editor = self.bot.hub.store.user(by)
        issues.edit_comment(self.bot.hub.store, self.bot.repository, comment, body=body, editor=editor)
        await self.bot.settle()

    async def delete(self, comment: Comment, *, by: str) -> None:
        """This function will delete a comment."""
        deleter = self.bot.hub.store.user(by)
        issues.delete_comment(self.bot.hub.store, self.bot.repository, comment, deleter=deleter)
        await self.bot.settle()

    async def applying(self, run_id: str) -> None:
        """This function will let the deployment that waits have been let through."""
        now, pull = self.bot.clock(), self.bot.pull
        row = {
            "repository_id": self.bot.ref.id,
            "deployment_id": 1,
            "number": pull.number,
            "environment": "production",
            "sha": pull.head_sha,
            "workflow_run_id": 0,
            "run_id": run_id,
            "state": "in_progress",
            "stage": "applying",
            "updated_at": now,
        }
        await self.bot.database.write(lambda connection: connection.execute(deployments.insert().values(row)))

    async def evaluate(self, gate_id: str = GATE_ID) -> Gate:
        """This function will evaluate the gate now."""
        return await self.keeper.evaluate(self.repo, gate_id, now=self.bot.clock())

    async def gate(self, gate_id: str = GATE_ID) -> Gate:
        """This function will read the gate as it is stored."""
        found = await self.bot.database.read(lambda connection: gate_by_id(connection, gate_id))
        assert found is not None
        return found

    async def state(self, gate_id: str = GATE_ID) -> GateState:
        """This function will read how the gate stands."""
        return (await self.gate(gate_id)).state

    async def words(self) -> list[Approval]:
        """This function will read what was said about the gate."""
        gate = await self.gate()
        return list(await self.bot.database.read(lambda connection: words_about(connection, gate)))

    async def voids(self) -> list[str]:
        """This function will list why approvals are void, "" for one that is not."""
        return [word.void_reason for word in await self.words() if word.word is Word.APPROVE]

    @property
    def repo(self) -> RepositoryClient:
        """The client of the repository."""
        return self.bot.github.repository(self.bot.ref, priority=Priority.GATE)

    @property
    def answers(self) -> list[str]:
        """What the bot has written on the pull request, oldest first."""
        comments = self.bot.repository.issues[self.bot.pull.number].comments
        return [each.body for each in comments if each.app is self.bot.hub.app]

    @property
    def checks(self) -> list[CheckRun]:
        """The check runs of gates, oldest first."""
        runs = self.bot.repository.check_runs.values()
        return [run for run in runs if run.external_id.startswith("gate-")]

    @property
    def check(self) -> CheckRun:
        """The newest check run of a gate."""
        return self.checks[-1]


@asynccontextmanager
async def at_gate(folder: Path, *, repeat_every_step: bool = False) -> AsyncIterator[AtGate]:
    """This function will open a bot with people around a pull request, and a policy that asks for one approval."""
    async with serving(folder, repeat_every_step=repeat_every_step) as bot:
        store = bot.hub.store
        for login, role in (("bob", "write"), ("eve", "write"), ("mallory", "read")):
            accounts.set_role(bot.repository, store.user(login), role)
        effects = Effects(bot.database, bot.clock, pauses=(0.0,))
        services = Services(github=bot.github, effects=effects, database=bot.database, specs=SPECS)
        gate = AtGate(bot=bot, keeper=Keeper(services))
        gate.configure()
        await bot.settle()
        yield gate

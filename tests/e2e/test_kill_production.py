"""Production with real processes that are killed at every stage: each thing is done once, and always answered."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from signal import SIGKILL
from typing import TYPE_CHECKING

import psutil
import pytest

from bot.demo.manifest import app_settings
from bot.demo.process import BotProcess
from bot.demo.production import GATE
from bot.localhub.pages.timeline import newest_checks
from bot.localhub.scenarios.harbour import POLICY, Harbour, seed
from bot.localhub.scenarios.player import Player
from bot.localhub.server import LocalHub
from bot.localhub.state import checks, git, issues
from tests.support.hub import assert_true_to_github, record_file, wall_clock
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from aiohttp import web

    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Pull

pytestmark = pytest.mark.timeout(420)

PATIENCE = 90.0
BAKE = timedelta(seconds=1)


class Stage:
    """The demo's repository with a bot that can be killed at any moment."""

    def __init__(self, hub: LocalHub, player: Player, folder: Path) -> None:
        self.hub = hub
        self.player = player
        self.bot = BotProcess(hub, folder)
        self.harbour: Harbour = seed(hub.store, player, hub.app)
        self.repository = self.harbour.repository

    def bake_shortly(self) -> None:
        """Let the default branch ask for little patience."""
        tip = self.hub.store.commits[self.repository.branches["main"]]
        files = {POLICY: tip.files[POLICY].replace(b"bake: 10s", b"bake: 1s")}
        git.push(
            self.hub.store, self.repository, "main", files=files, message="Hurry", author=self.harbour.admin
        )

    def says(self, pull: Pull, body: str) -> int:
        """Comment as the writer who asks for deployments."""
        author = self.hub.store.user("kofi")
        return issues.write_comment(self.hub.store, self.repository, pull.number, body=body, author=author).id

    def presses_approve(self, pull: Pull, login: str) -> None:
        """Press the button of the gate as someone."""
        check = next(one for one in newest_checks(self.repository, pull.head_sha) if one.name == GATE)
        chosen = next(one["identifier"] for one in check.actions if one["label"] == "Approve")
        user = self.hub.store.user(login)
        checks.request_action(self.hub.store, self.repository, check, identifier=chosen, user=user)

    def receipts(self, comment_id: int) -> list[str]:
        """What the bot answered a comment with."""
        start = f"<!-- pilothouse:receipt {comment_id}/"
        return [one.body for one in self.repository.comments.values() if one.body.startswith(start)]

    def reached(self, comment_id: int, word: str) -> Callable[[], bool]:
        """Whether the answer to a comment says a word."""
        return lambda: any(word in body for body in self.receipts(comment_id))

    def waits(self, pull: Pull) -> Callable[[], bool]:
        """Whether the gate's buttons are shown."""
        return lambda: any(
            one.name == GATE and one.conclusion == "action_required" and bool(one.actions)
            for one in newest_checks(self.repository, pull.head_sha)
        )

    def dispatched(self, environment: str, pull: Pull) -> list[WorkflowRun]:
        """The workflow runs that were dispatched for a commit to an environment."""
        return [
            run
            for run in self.repository.runs.values()
            if run.inputs.get("environment") == environment and run.inputs.get("sha") == pull.head_sha
        ]

    def is_at(self, environment: str, pull: Pull, job: str) -> Callable[[], bool]:
        """Whether a job of the newest rollout of a commit runs, or has run."""

        def holds() -> bool:
            runs = self.dispatched(environment, pull)
            jobs = runs[-1].latest.jobs if runs else []
            return any(one.name == job and one.started_at is not None for one in jobs)

        return holds

    async def struck(self, moment: Callable[[], bool]) -> None:
        """Kill the bot at a moment, and start it again."""
        await until(moment, within=PATIENCE)
        await self.killed()
        await self.hub.settle()
        await self.bot.start(seconds=60)

    async def killed(self) -> None:
        """Kill the web process and its worker as the kernel does when memory runs out."""
        assert self.bot.process is not None
        with suppress(psutil.NoSuchProcess):
            family = [psutil.Process(self.bot.process.pid)]
            family += family[0].children(recursive=True)
            for each in family:
                with suppress(psutil.NoSuchProcess):
                    each.send_signal(SIGKILL)
        await self.bot.process.wait()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    players: list[Player] = []

    def extend(hub: LocalHub, application: web.Application) -> None:
        players.append(Player(hub.store, pace=0.3))
        players[0].services.add_to(application)

    record = record_file(tmp_path)
    hub = await LocalHub.start(clock=wall_clock, settings=app_settings(), record=record, extend=extend)
    made = Stage(hub, players[0], tmp_path)
    made.bake_shortly()
    await players[0].played()
    await made.bot.start(seconds=60)
    hub.set_webhook(f"{made.bot.url}/webhook")
    yield made
    await players[0].close()
    await made.bot.stop()
    await hub.close()
    assert_true_to_github(record)


async def _stands_in_staging(stage: Stage, pull: Pull) -> None:
    asked = stage.says(pull, "/deploy staging")
    await until(stage.reached(asked, "**succeeded**"), within=PATIENCE)
    done = wall_clock()
    await until(lambda: wall_clock() > done + 2 * BAKE, within=10)


async def test_each_stage_survives_a_kill_and_nothing_is_done_twice(stage: Stage) -> None:
    """A kill in each stage: planning, gated, approved meanwhile, applying, verifying, unhealthy, rolling back."""
    harbour, services = stage.harbour, stage.player.services
    await _stands_in_staging(stage, harbour.green)
    first = stage.says(harbour.green, "/deploy production")
    await stage.struck(stage.is_at("production", harbour.green, "terraform-plan"))
    await stage.struck(stage.waits(harbour.green))
    await stage.killed()
    stage.presses_approve(harbour.green, "wren")  # nobody listens; at start-up the bot asks for what failed
    await stage.hub.settle()
    await stage.bot.start(seconds=60)
    await stage.struck(stage.is_at("production", harbour.green, "terraform-apply"))
    await stage.struck(lambda: services.running("production") == harbour.green.head_sha)
    await until(stage.reached(first, "**succeeded**"), within=PATIENCE)

    await _stands_in_staging(stage, harbour.berthless)
    second = stage.says(harbour.berthless, "/deploy production")
    await until(stage.waits(harbour.berthless), within=PATIENCE)
    stage.presses_approve(harbour.berthless, "amara")
    await stage.struck(lambda: services.running("production") == harbour.berthless.head_sha)
    await stage.struck(lambda: len(stage.dispatched("production", harbour.green)) > 1)
    await until(stage.reached(second, "rolled_back"), within=PATIENCE)

    assert services.running("production") == harbour.green.head_sha
    assert [len(stage.receipts(one)) for one in (first, second)] == [1, 1]
    tasks = [run.inputs["task"] for run in stage.dispatched("production", harbour.green)]
    assert tasks == ["deploy", "rollback"]
    assert len(stage.dispatched("production", harbour.berthless)) == 1
    frozen = [one for one in stage.repository.issues.values() if "production is frozen" in one.title]
    assert len(frozen) == 1
    own = [one for one in stage.repository.deployments.values() if one.app is stage.hub.app]
    ended = [(one.environment, one.task, one.statuses[-1].state) for one in own]
    assert ended.count(("production", "deploy", "failure")) == 1
    assert len(own) == 5

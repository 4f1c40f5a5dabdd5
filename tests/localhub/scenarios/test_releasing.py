"""The demo's release workflow: a pushed tag starts it, it uploads to the draft, and each trouble is what it says."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
import tarfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.localhub.scenarios import releasing
from bot.localhub.scenarios.harbour import seed
from bot.localhub.scenarios.plans import RELEASE_PATH
from bot.localhub.scenarios.player import Outcome, Player
from bot.localhub.scenarios.releasing import SUMS, Trouble
from bot.localhub.state import git, runs
from bot.localhub.state.releases import releases
from bot.localhub.state.releases.nouns import UPLOADED
from bot.localhub.state.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.releases.nouns import Release

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
X64, ARM64 = "harbour-1.0.0-linux-x64.tar.gz", "harbour-1.0.0-linux-arm64.tar.gz"


class Stage:
    """A store with a player and the demo's repository."""

    def __init__(self) -> None:
        self.store = Store(clock=lambda: AT)
        self.player = Player(self.store, pace=0, sleep=lambda _: asyncio.sleep(0), patience=0.05)
        app = self.store.app("pilothouse", name="Pilothouse", owner=self.store.user("acme"))
        self.repository = seed(self.store, self.player, app).repository
        self.bot = app.bot

    def draft(self) -> Release:
        """A draft of v1.0.0."""
        fields = releases.ReleaseFields(tag="v1.0.0", target="main", draft=True)
        return releases.create(self.store, self.repository, fields, self.bot)

    async def tag(self, trouble: Trouble = Trouble.NOTHING) -> WorkflowRun:
        """The run that pushing an annotated tag starts, played to its end."""
        self.player.releases = trouble
        main = self.repository.branches["main"]
        made = git.annotate(self.store, "v1.0.0", main, message="Release", tagger=self.bot)
        git.set_tag(self.store, self.repository, "v1.0.0", made.sha, self.bot)
        await self.player.played()
        (run,) = [one for one in self.repository.runs.values() if one.workflow.path == RELEASE_PATH]
        return run


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    yield made
    await made.player.close()


async def test_a_pushed_tag_builds_and_uploads_to_its_draft(stage: Stage) -> None:
    draft = stage.draft()

    run = await stage.tag()

    assert (run.event, run.head_branch, run.latest.conclusion) == ("push", "v1.0.0", "success")
    files = {one.name: one for one in draft.assets.values()}
    assert files.keys() == {X64, ARM64, SUMS}
    assert all(one.state == UPLOADED for one in files.values())
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(files[ARM64].content))) as opened:
        member = opened.extractfile("harbour")
        assert member is not None
        assert b"linux-arm64" in member.read()
    lines = [line.split("  ") for line in files[SUMS].content.decode().splitlines()]
    sums = {name: digest for digest, name in lines}
    assert sums == {name: hashlib.sha256(files[name].content).hexdigest() for name in (X64, ARM64)}
    assert files[X64].digest == f"sha256:{sums[X64]}"


async def test_the_builds_wait_for_the_draft(stage: Stage) -> None:
    """The tag starts them before the bot has made it."""
    git.set_tag(stage.store, stage.repository, "v1.0.0", stage.repository.branches["main"], stage.bot)
    asyncio.get_running_loop().call_soon(stage.draft)
    await stage.player.played()

    (run,) = [one for one in stage.repository.runs.values() if one.workflow.path == RELEASE_PATH]
    assert run.latest.conclusion == "success"


async def test_without_a_release_there_is_nothing_to_upload_to(stage: Stage) -> None:
    run = await stage.tag()

    assert run.latest.conclusion == "failure"
    assert {job.conclusion for job in run.latest.jobs} == {"failure", "skipped"}


@pytest.mark.parametrize(
    ("trouble", "whole", "conclusion"),
    [
        (Trouble.MISSING, {X64, SUMS}, "success"),
        (Trouble.BROKEN_OFF, {X64, SUMS}, "success"),
        (Trouble.NO_SUMS, {X64, ARM64}, "success"),
        (Trouble.WRONG_SUM, {X64, ARM64, SUMS}, "success"),
        (Trouble.RED, {X64}, "failure"),
    ],
)
async def test_trouble_comes_once_and_is_gone_when_the_run_is_tried_again(
    stage: Stage, trouble: Trouble, whole: set[str], conclusion: str
) -> None:
    draft = stage.draft()

    run = await stage.tag(trouble)

    assert {one.name for one in draft.assets.values() if one.state == UPLOADED} == whole
    assert run.latest.conclusion == conclusion
    broken = [one.name for one in draft.assets.values() if one.state != UPLOADED]
    assert broken == ([ARM64] if trouble is Trouble.BROKEN_OFF else [])
    stage.player.rerun(run, actor=stage.bot, again=lambda _: True, outcome=Outcome.PASS)
    await stage.player.played()
    files = {one.name: one.content for one in draft.assets.values() if one.state == UPLOADED}
    assert files.keys() == {X64, ARM64, SUMS}
    assert files.pop(SUMS) == releasing.sums(files)


async def test_a_dispatched_run_builds_the_tag_of_its_inputs(stage: Stage) -> None:
    draft = stage.draft()
    workflow = runs.workflow_of(stage.store, stage.repository, RELEASE_PATH)
    new = runs.NewRun(
        head_sha=stage.repository.branches["main"],
        head_branch="main",
        actor=stage.bot,
        event="workflow_dispatch",
        inputs={"tag": "v1.0.0"},
    )
    runs.dispatch(stage.store, stage.repository, workflow, new)
    await stage.player.played()

    assert {one.name for one in draft.assets.values()} == {X64, ARM64, SUMS}


async def test_a_push_to_the_default_branch_starts_its_ci(stage: Stage) -> None:
    await stage.player.played()
    made = git.push(
        stage.store,
        stage.repository,
        "main",
        files={"a": "1"},
        message="One",
        author=stage.store.user("wren"),
    )
    await stage.player.played()

    (run,) = [one for one in stage.repository.runs.values() if one.head_sha == made.sha]
    assert (run.event, run.workflow.name, run.latest.conclusion) == ("push", "CI", "success")

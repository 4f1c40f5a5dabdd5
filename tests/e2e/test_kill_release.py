"""A merge and a release with real processes that are killed at every stage: each thing is done once, and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.demo.chapters.releasing import TAG, TITLE
from bot.localhub.scenarios.player import Scene
from bot.localhub.state import git, issues, pulls
from tests.support.killable import PATIENCE, Killable, killable
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Issue, Pull
    from bot.localhub.state.releases.nouns import Release
    from bot.localhub.state.store import Happening

pytestmark = [pytest.mark.timeout(420), pytest.mark.no_cover]

BRANCH = "mark-shallows"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Killable]:
    """The demo's repository with a bot that can be killed."""
    async with killable(tmp_path) as made:
        yield made


def _opens_pull(stage: Killable) -> Pull:
    """A pull request that fixes an issue; its CI fails on the network, once."""
    store, wren = stage.hub.store, stage.harbour.writer
    stage.player.direct(stage.repository, BRANCH, Scene.NETWORK_DOWN)
    title = "fix: mark shallows"
    git.push(store, stage.repository, BRANCH, files={"shallows.py": "1\n"}, message=title, author=wren)
    return pulls.open_pull(store, stage.repository, title=title, head=BRANCH, author=wren, body="Fixes #4")


def _opens_issue(stage: Killable) -> Issue:
    admin = stage.harbour.admin
    return issues.open_issue(stage.hub.store, stage.repository, title=TITLE, body=None, author=admin)


def _ci_of_main(stage: Killable) -> WorkflowRun | None:
    tip = stage.repository.branches["main"]
    return next((run for run in reversed(stage.repository.runs.values()) if run.head_sha == tip), None)


def _main_is_green(stage: Killable) -> bool:
    run = _ci_of_main(stage)
    return run is not None and run.latest.conclusion == "success"


def _release(stage: Killable) -> Release | None:
    return next((one for one in stage.repository.releases.values() if one.tag == TAG), None)


def _builds(stage: Killable) -> list[WorkflowRun]:
    return [run for run in stage.repository.runs.values() if run.head_branch == TAG]


def _is_published(stage: Killable) -> bool:
    found = _release(stage)
    return found is not None and not found.draft


async def _merges(stage: Killable) -> Pull:
    """Killed while it waits, and when it has been merged but nobody has been told."""
    pull = _opens_pull(stage)
    asked = stage.says(pull, "/merge --when-green")
    await stage.struck(stage.reached(asked, "/merge"))
    await stage.struck(lambda: pull.merged)
    await until(stage.reached(asked, "**succeeded**"), within=PATIENCE)
    assert len(stage.receipts(asked)) == 1
    return pull


async def test_a_merge_and_a_release_survive_kills_and_nothing_is_done_twice(stage: Killable) -> None:
    heard: list[Happening] = []
    stage.hub.store.listeners.append(heard.append)
    pull = await _merges(stage)
    await until(lambda: _main_is_green(stage), within=PATIENCE)

    asked = stage.says(_opens_issue(stage), f"/release {TAG}", by="amara")
    await stage.struck(lambda: TAG in stage.repository.tags)
    await stage.struck(lambda: _release(stage) is not None)
    await stage.struck(lambda: bool(_builds(stage)) and _builds(stage)[0].latest.status == "completed")
    await stage.struck(lambda: _is_published(stage))
    await until(stage.reached(asked, "**succeeded**"), within=PATIENCE)

    assert len(stage.receipts(asked)) == 1
    assert len(_builds(stage)) == 1
    (made,) = [one for one in stage.repository.releases.values() if one.tag == TAG]
    assert len(made.assets) == 3
    told = [one.action for one in heard if one.event == "release"]
    assert [told.count(one) for one in ("created", "published", "deleted")] == [1, 1, 0]
    created = [one.subject for one in heard if one.event == "create" and one.subject[0] == "tag"]
    assert created == [("tag", TAG)]
    landed = [one for one in heard if one.event == "pull_request" and one.action == "closed"]
    assert [one.subject.number for one in landed] == [pull.number]
    for place in (pull.issue, stage.repository.issues[4]):
        assert len([one for one in place.comments if "Released in" in one.body]) == 1

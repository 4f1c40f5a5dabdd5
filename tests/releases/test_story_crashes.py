"""The process is killed between each pair of steps, and answers are lost: each part is made once all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import Fault
from bot.releases.model import Stage
from tests.support.releasing import BUILT, TAG, Shipyard, shipping

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.no_cover

# Of the run that releases, in their order.
STEPS = [
    "row",
    "policy asked",
    "changes",
    "facts asked",
    "decision asked",
    "record checking",
    "record tagging",
    "tag",
    "record drafting",
    "draft",
    "keep notes",
    "record building",
    "find build",
    "look",
    "record verifying",
    "files",
    "keep files",
    "policy publishing",
    "facts publishing",
    "decision publishing",
    "same files",
    "record publishing",
    "publish",
    "record announcing",
    "announce 1 1",
    "record done",
]
OF_COMMAND = ["eyes", "permission", "policy 0", "tip 0"]
_OFTEN = 8  # more often than any step is done in one story
WRITES = {
    "the tag's object": ("POST", r"/git/tags$"),
    "the tag": ("POST", r"/git/refs$"),
    "the draft": ("POST", r"/releases$"),
    "the publication": ("PATCH", r"/releases/\d+$"),
}


async def whole_story(yard: Shipyard) -> None:
    """This function will release a version that a pull request is in."""
    await yard.merge("feat: mend the crane", closes=yard.issue.number)
    await yard.say("/release v1.0.0")
    await yard.build()
    await yard.pass_time(60, times=3)


async def assert_released_once(yard: Shipyard) -> None:
    """This function will assert that everything is there, and once."""
    release = yard.release()
    assert not release.draft
    assert len(release.assets) == 3
    assert yard.tagged() == release.target
    assert list(yard.bot.repository.tags) == [TAG]
    row = await yard.row()
    assert (row.stage, row.attempt) == (Stage.DONE, 1)
    assert sum("**succeeded**" in body for body in yard.receipts) == 1
    told = [body for body in yard.comments(yard.bot.pull.number) if "Released in" in body]
    assert len(told) == 1
    keys = [event.key for event in await yard.timeline()]
    assert len(set(keys)) == len(keys)


async def test_killed_after_every_single_step(tmp_path: Path) -> None:
    """Each step has acted, the process dies before that is recorded, the step comes again: nothing happens twice."""
    async with shipping(tmp_path) as yard:
        for step in [*OF_COMMAND, *STEPS] * _OFTEN:
            yard.bot.engine.crash_in(step)
        await whole_story(yard)
        await assert_released_once(yard)
        record = next(run for run_id, run in yard.bot.engine.runs.items() if run_id.startswith("release-"))
        done = {what.removeprefix("step ") for what, _ in record.results if what.startswith("step ")}
        assert {name for name in done if not name.startswith(("receipt ", "journal "))} == set(STEPS)


@pytest.mark.parametrize("step", STEPS)
async def test_killed_once(tmp_path: Path, step: str) -> None:
    """The process dies once between two steps of the story, and goes on where it was."""
    async with shipping(tmp_path) as yard:
        yard.bot.engine.crash_in(step)
        await whole_story(yard)
        await assert_released_once(yard)


async def test_every_step_twice(tmp_path: Path) -> None:
    async with shipping(tmp_path, repeat_every_step=True) as yard:
        await whole_story(yard)
        await assert_released_once(yard)


async def test_killed_while_it_waits_for_its_workflow(yard: Shipyard) -> None:
    """The bot is started again an hour into the build."""
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    await yard.pass_time()
    await yard.bot.engine.restart()
    await yard.pass_time(3600)
    yard.upload({"harbour-linux-x64.tar.gz": b"1", "harbour-linux-arm64.tar.gz": b"2"})
    yard.upload({"SHA256SUMS": yard.sums({a.name: a.content for a in yard.release().assets.values()})})
    await yard.bot.engine.restart()
    await yard.end(run)
    assert not yard.release().draft


@pytest.mark.parametrize("what", WRITES)
@pytest.mark.parametrize("after", [False, True])
async def test_the_answer_to_a_write_is_lost(tmp_path: Path, what: str, after: bool) -> None:  # noqa: FBT001 - a case
    """The connection closes before or after GitHub did it: what is there is found, what is not is made."""
    method, path = WRITES[what]
    async with shipping(tmp_path) as yard:
        yard.bot.hub.faults.add(Fault(kind="drop", method=method, path=path, after=after, count=1))
        await whole_story(yard)
        await assert_released_once(yard)


async def test_github_is_down_for_some_minutes_in_the_middle(yard: Shipyard) -> None:
    """The tag cannot be made for a while; it is made when GitHub is back, and the release goes on."""
    yard.bot.hub.faults.add(Fault(kind="status", method="POST", path=r"/git/tags$", status=503, count=3))
    await yard.say("/release v1.0.0")
    assert yard.bot.repository.tags == {}
    await yard.pass_time(60)
    await yard.build()
    assert not yard.release().draft


async def test_github_is_down_right_before_the_publication(yard: Shipyard) -> None:
    """What is asked once more cannot be read for a while: it is published when GitHub is back."""
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    await yard.pass_time()
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    yard.bot.hub.faults.add(Fault(kind="status", method="GET", path=r"/permission$", status=503, count=3))
    await yard.end(run)
    assert yard.release().draft
    await yard.pass_time(60)
    assert not yard.release().draft

"""What happens between a green batch and the base: GitHub refuses, is silent, or somebody was faster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import DeliveryFault, Fault
from bot.merging.train.turn import Turn
from tests.support.train import station

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.train import Station

pytestmark = pytest.mark.no_cover


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    """A station with pull requests 2, 3 and 4, which are green together."""
    async with station(tmp_path) as opened:
        for name in ("one", "two", "three"):
            opened.open(name, {f"{name}.txt": "1"})
        await opened.tick()
        yield opened


def merged(here: Station) -> set[int]:
    return {number for number, pull in here.repository.pulls.items() if pull.merged}


async def ride(here: Station) -> None:
    """Ask for all three, and let everything happen that follows within a few minutes."""
    await here.ask((2, 3, 4))
    await here.arrive()
    await here.tick(4)
    await here.arrive()


async def test_one_that_github_refuses_to_merge_lets_the_others_go_on(here: Station) -> None:
    here.harbour.bot.hub.faults.add(Fault(kind="status", method="PUT", path="/pulls/3/merge$", status=405))
    await ride(here)
    assert merged(here) == {2, 4}
    assert await here.harbour.standing(3) == "waiting github_refused"
    assert not here.leftovers()


async def test_after_two_lost_answers_it_is_stopped_and_the_others_go_on(here: Station) -> None:
    """A 500 on the merge call was taken for a failure.

    https://github.com/chdsbd/kodiak/issues/397
    """
    fault = Fault(kind="status", method="PUT", path="/pulls/3/merge$", status=502)
    here.harbour.bot.hub.faults.add(fault)
    await ride(here)
    assert merged(here) == {2, 4}
    assert await here.harbour.standing(3) == "stopped merge_uncertain"


async def test_a_lost_answer_to_a_merge_that_happened_is_read_back(here: Station) -> None:
    fault = Fault(kind="drop", method="PUT", path="/pulls/3/merge$", after=True, count=1)
    here.harbour.bot.hub.faults.add(fault)
    await ride(here)
    assert merged(here) == {2, 3, 4}
    assert len(here.batches) == 1


async def test_a_label_that_nobody_told_the_bot_of_is_seen_before_the_merge(here: Station) -> None:
    here.harbour.bot.hub.faults.add(DeliveryFault(kind="lose", event="^pull_request$"))
    here.plays = lambda run: not (run.head_branch or "").startswith("pilothouse/")
    await here.ask((2, 3, 4))
    await here.tick()
    here.harbour.label("do-not-merge", number=3)
    here.plays = lambda _: True
    here.end(here.waiting[0])
    await here.arrive()
    assert merged(here) == {2, 4}
    assert await here.harbour.standing(3) == "waiting blocking_label"


async def test_while_github_is_down_everybody_waits_and_is_told(here: Station) -> None:
    fault = Fault(kind="status", method="POST", path="/git/commits$", status=502)
    here.harbour.bot.hub.faults.add(fault)
    await here.ask((2,))
    await here.tick(8)
    assert await here.harbour.standing(2) == "waiting github_unavailable"
    assert "could not go on" in here.harbour.answers(2)[-1]
    here.harbour.bot.hub.faults.clear()
    await here.tick(4)
    await here.arrive()
    assert merged(here) == {2}


async def test_a_mistake_of_the_bot_leaves_nobody_without_a_word(
    here: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(_: Turn) -> None:
        raise KeyError("pilot")

    monkeypatch.setattr(Turn, "take", breaks)
    await here.ask((2, 3))
    await here.arrive()
    assert [await here.harbour.standing(number) for number in (2, 3)] == ["stopped bot_failed"] * 2
    assert "`KeyError`" in here.harbour.answers(2)[-1]
    monkeypatch.undo()
    await here.harbour.say("/merge --when-green", number=2)
    await here.arrive()
    assert merged(here) == {2}

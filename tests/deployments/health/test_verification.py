"""The watch over a deployment's health as it happens, over crashes and news."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.commands.model import Reason
from bot.deployments.health.verification import Stopped, Unhealthy, Verified
from bot.gates.model import About, News
from tests.support.health import Watched, Watcher, endpoint, policy_for


@pytest.mark.parametrize("repeat", [False, True])
async def test_healthy_for_as_long_as_the_policy_says(*, repeat: bool) -> None:
    watcher = Watcher(repeat_every_step=repeat)
    async with endpoint() as served:
        await watcher.begin(Watched(config=policy_for(served)))
        await watcher.pass_time(10, times=2)
        assert watcher.ends == []
        await watcher.pass_time(10)
    (end,) = watcher.ends
    assert isinstance(end, Verified)
    assert end.is_checked
    assert "Healthy for 30s without a break" in end.text
    assert served.asked == (8 if repeat else 4)


async def test_a_policy_without_checks_looks_at_nothing() -> None:
    watcher = Watcher()
    await watcher.begin(Watched(config=None))
    assert watcher.ends == [Verified(text="", is_checked=False)]


async def test_it_goes_bad_while_it_is_watched() -> None:
    watcher = Watcher()
    async with endpoint() as served:
        await watcher.begin(Watched(config=policy_for(served)))
        await watcher.pass_time(10)
        served.status = 500
        await watcher.pass_time(10, times=2)
    (end,) = watcher.ends
    assert isinstance(end, Unhealthy)
    assert f"`{served.url}`: status 500 instead of 200" in end.text


async def test_it_may_start_slowly() -> None:
    watcher = Watcher()
    async with endpoint() as served:
        served.status = 503
        await watcher.begin(Watched(config=policy_for(served)))
        await watcher.pass_time(10)
        served.status = 200
        await watcher.pass_time(10, times=4)
    assert isinstance(watcher.ends[0], Verified)


async def test_a_crash_in_the_middle_goes_on_where_it_was() -> None:
    """The bot is killed right after a round of requests: the time that it was healthy before counts."""
    watcher = Watcher()
    async with endpoint() as served:
        await watcher.begin(Watched(config=policy_for(served)))
        await watcher.pass_time(10)
        watcher.engine.crash_in("health")
        await watcher.pass_time(10)
        await watcher.engine.restart()
        await watcher.pass_time(10)
    assert len(watcher.ends) == 1
    assert served.asked == 5  # the round whose record the crash took was made again


async def test_an_hour_in_which_the_bot_was_down_is_no_hour_of_health() -> None:
    watcher = Watcher()
    async with endpoint() as served:
        await watcher.begin(Watched(config=policy_for(served)))
        await watcher.pass_time(3600)
        assert watcher.ends == []
        await watcher.pass_time(10, times=3)
    assert isinstance(watcher.ends[0], Verified)


async def test_news_makes_no_extra_rounds() -> None:
    """A burst of events must not use up the bad rounds that are allowed."""
    watcher = Watcher()
    async with endpoint() as served:
        served.status = 500
        await watcher.begin(Watched(config=policy_for(served)))
        await watcher.pass_time(10)
        for number in range(5):
            await watcher.hear(News(about=About.WORKFLOW_RUN), key=str(number))
        assert served.asked == 2
        assert sum(beat.news is not None for beat in watcher.beats) == 5
        assert watcher.ends == []


async def test_whoever_holds_the_environment_can_end_the_watch() -> None:
    """The lease is lost, or somebody cancels: nothing is asked any more."""
    watcher = Watcher()
    async with endpoint() as served:
        await watcher.begin(Watched(config=policy_for(served)))
        watcher.stop = Stopped(reason=Reason.CANCELLED, text="Cancelled.")
        await watcher.hear(News(about=About.CANCEL, by="ada"), key="cancel")
        assert watcher.ends == [watcher.stop]
        await watcher.pass_time(60)
        assert served.asked == 1


async def test_signs_of_life_come_every_minute_though_rounds_are_rare() -> None:
    watcher = Watcher()
    async with endpoint() as served:
        await watcher.begin(Watched(config=policy_for(served, steady="30m", every="10m")))
        began, at = watcher.engine.clock(), []
        for _ in range(9):
            before = len(watcher.beats)
            await watcher.pass_time(60)
            assert len(watcher.beats) > before
            at.append(watcher.engine.clock())
        assert at[-1] - began == timedelta(minutes=9)
        assert served.asked == 1


async def test_how_it_goes_is_told_when_it_turns_and_once_a_minute() -> None:
    """Every word is an edit of the receipt, and GitHub counts them."""
    watcher = Watcher()
    async with endpoint() as served:
        await watcher.begin(Watched(config=policy_for(served, steady="2m")))
        await watcher.pass_time(10, times=4)
        served.status = 500
        await watcher.pass_time(10)
        served.status = 200
        await watcher.pass_time(10, times=4)
    assert [beat.text.partition(":")[0] for beat in watcher.beats if beat.text] == [
        "Healthy for 0 s of 2m, in round 1.",
        "Not healthy yet, in round 6",
        "Healthy for 0 s of 2m, in round 7.",
    ]

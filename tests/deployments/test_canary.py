"""A deployment that goes out in steps: which ones, and what each waits for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.model import Reason
from bot.config.policy import CanaryConfig, EnvironmentConfig
from bot.deployments.canary import Promoted, canary_steps
from bot.deployments.health.verification import Stopped, Unhealthy
from bot.deployments.model import Task
from bot.gates.model import About, News
from tests.support.commands import deploy_request
from tests.support.health import Watched, Watcher, endpoint, policy_for

MANUAL = CanaryConfig(promote="manual")
PAUSED = CanaryConfig(pause="5m")


@pytest.mark.parametrize(
    ("canary", "asked", "task", "steps"),
    [
        (None, True, Task.DEPLOY, (100,)),
        (CanaryConfig(), False, Task.DEPLOY, (10, 50, 100)),
        (CanaryConfig(steps=(25, 100), always=False), False, Task.DEPLOY, (100,)),
        (CanaryConfig(steps=(25, 100), always=False), True, Task.DEPLOY, (25, 100)),
        (CanaryConfig(), True, Task.ROLLBACK, (100,)),
        (CanaryConfig(), True, Task.TEARDOWN, (100,)),
    ],
)
def test_the_steps(canary: CanaryConfig | None, *, asked: bool, task: Task, steps: tuple[int, ...]) -> None:
    """A rollback is in a hurry: it goes everywhere at once."""
    request = replace(deploy_request(), canary=asked, task=task)
    assert canary_steps(EnvironmentConfig(canary=canary), request) == steps


async def test_without_a_pause_the_next_step_begins_at_once() -> None:
    watcher = Watcher()
    await watcher.begin(Watched(config=None, canary=CanaryConfig()))
    assert watcher.ends == [Promoted()]


async def test_a_pause_is_waited_for_and_a_person_may_end_it() -> None:
    waiting, promoted = Watcher(), Watcher()
    for watcher in (waiting, promoted):
        await watcher.begin(Watched(config=None, canary=PAUSED))
        await watcher.pass_time(60, times=4)
        assert watcher.ends == []
    await waiting.pass_time(60)
    assert waiting.ends == [Promoted()]
    await promoted.hear(News(about=About.PROMOTE, by="grace", text="10"), key="1")
    assert promoted.ends == [Promoted(by="grace")]


@pytest.mark.parametrize("repeat", [False, True])
async def test_a_person_promotes(*, repeat: bool) -> None:
    watcher = Watcher(repeat_every_step=repeat)
    await watcher.begin(Watched(config=None, canary=MANUAL))
    await watcher.pass_time(60, times=3)
    await watcher.engine.restart()
    await watcher.hear(News(about=About.PROMOTE, by="grace", text="10"), key="1")
    assert watcher.ends == [Promoted(by="grace")]


async def test_a_word_about_another_step_promotes_nothing() -> None:
    """Two people promote the first step; the word that comes second must not promote the next one."""
    watcher = Watcher()
    await watcher.begin(Watched(config=None, canary=MANUAL))
    await watcher.hear(News(about=About.PROMOTE, by="grace", text="50"), key="1")
    await watcher.hear(News(about=About.WORKFLOW_RUN, text="10"), key="2")
    assert watcher.ends == []
    assert len(watcher.beats) == 2


async def test_nobody_promotes_in_time() -> None:
    watcher = Watcher()
    await watcher.begin(Watched(config=None, canary=MANUAL))
    await watcher.pass_time(60, times=60)
    (end,) = watcher.ends
    assert isinstance(end, Stopped)
    assert end.reason is Reason.PROMOTION_EXPIRED
    assert "`/promote production`" in end.text


async def test_a_step_that_goes_bad_while_it_waits_is_seen() -> None:
    """Nobody need promote by mistake what has gone bad since it was verified."""
    watcher = Watcher()
    async with endpoint() as served:
        await watcher.begin(Watched(config=policy_for(served), canary=MANUAL))
        await watcher.pass_time(60, times=2)
        served.status = 500
        await watcher.pass_time(60)
        assert watcher.ends == []
        await watcher.pass_time(60)
    (end,) = watcher.ends
    assert isinstance(end, Unhealthy)
    assert "2 rounds in a row" in end.text


async def test_whoever_holds_the_environment_can_end_the_wait() -> None:
    watcher = Watcher(stop=Stopped(reason=Reason.LEASE_LOST, text="Lost."))
    await watcher.begin(Watched(config=None, canary=MANUAL))
    await watcher.pass_time(60)
    assert watcher.ends == [watcher.stop]

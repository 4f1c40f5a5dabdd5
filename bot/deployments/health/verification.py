"""Watches a deployment's health for as long as the policy says, over restarts of the bot too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.deployments.health.probing import Prober
from bot.deployments.health.render import render_unhealthy, render_verified, render_watch
from bot.deployments.health.rules import Answer, Health, Watch, after_round, judge, pace
from bot.gates.model import NEWS, News

if TYPE_CHECKING:
    from bot.commands.model import Reason
    from bot.config.policy import VerifyConfig
    from bot.engine.model import Run

MOST_REST = timedelta(minutes=1)  # whoever holds the environment gives a sign of life at least this often


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One moment of a long wait, for whoever must keep the lease alive, hear the news and tell how it goes."""

    news: News | None = None
    text: str = ""  # safe Markdown, where there is something new to tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The wait must end: cancelled, or the environment is lost."""

    reason: Reason
    text: str  # safe Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The deployment is healthy."""

    text: str  # safe Markdown; empty where the policy looks at no health
    is_checked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Unhealthy:
    """The deployment is not healthy."""

    text: str  # safe Markdown


Pulse = Callable[[Beat], Awaitable[Stopped | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyWork:
    """Whose health is watched, and who is told at every moment of it."""

    config: VerifyConfig | None
    pulse: Pulse  # called at least once a minute, only through the run's own steps; what it returns ends the watch
    prober: Prober = field(default_factory=Prober)


async def verify(run: Run, work: VerifyWork) -> Verified | Unhealthy | Stopped:
    """This function will ask the health checks until it is clear whether the deployment is healthy."""
    config = work.config
    if config is None:
        return Verified(text="", is_checked=False)
    watch = Watch(began=await run.now())
    told: tuple[bool, int] | None = None
    while True:
        watch, now = await ask_once(run, work.prober, config, watch)
        health = judge(watch, config, now=now)
        if health is Health.HEALTHY:
            return Verified(text=render_verified(watch, config))
        if health is not Health.WATCHING:
            return Unhealthy(text=render_unhealthy(watch, config, health))
        # what people see is edited when it turns, else once a minute: GitHub counts every edit
        turn = (watch.good_since is not None, (now - watch.began) // MOST_REST)
        text = "" if turn == told else render_watch(watch, config, now=now)
        told = turn
        stopped = await work.pulse(Beat(text=text))
        stopped = stopped or await rest(run, work.pulse, until=now + pace(config))
        if stopped is not None:
            return stopped


async def ask_once(run: Run, prober: Prober, config: VerifyConfig, watch: Watch) -> tuple[Watch, datetime]:
    """This function will make one round of requests and return what is known then, and when that is."""
    answers = await run.step("health", lambda: prober.ask(config.http), returns=tuple[Answer, ...])
    now = await run.now()
    return after_round(watch, config, answers, asked_at=now), now


async def rest(run: Run, pulse: Pulse, *, until: datetime) -> Stopped | None:
    """This function will wait for the time, passing on all news, and return at once why the wait must end."""
    while (left := until - await run.now()) > timedelta():
        news = await run.wait(NEWS, timeout=min(left, MOST_REST), returns=News)
        stopped = await pulse(Beat(news=news))
        if stopped is not None:
            return stopped
    return None

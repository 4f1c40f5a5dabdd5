"""Lets a deployment go out in steps: which ones there are, and what the next one waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.config.policy import parse_duration
from bot.deployments.health.render import render_unhealthy
from bot.deployments.health.rules import Health, Watch, pace
from bot.deployments.health.verification import MOST_REST, Beat, Stopped, Unhealthy, VerifyWork, ask_once
from bot.deployments.model import Task
from bot.gates.model import NEWS, About, News
from bot.markdown import code

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.config.policy import CanaryConfig, EnvironmentConfig, VerifyConfig
    from bot.deployments.model import DeployRequest
    from bot.engine.model import Run

ALL = 100
NO_PAUSE = "0s"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionWork:
    """A verified step of a canary, whose next step may have to wait."""

    environment: str
    canary: CanaryConfig
    percent: int  # of the step that is verified; its row must say PROMOTING and this percentage before
    verify: VerifyWork
    limit: timedelta  # how long a person may take to promote

    @property
    def is_manual(self) -> bool:
        """Whether a person promotes it."""
        return self.canary.promote == "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted:
    """The next step may begin."""

    by: str = ""  # login; empty where nobody need promote


def canary_steps(config: EnvironmentConfig, request: DeployRequest) -> tuple[int, ...]:
    """This function will return the percentages in which the deployment goes out; (100,) is all at once."""
    canary = config.canary
    if canary is None or request.task is not Task.DEPLOY or not (canary.always or request.canary):
        return (ALL,)
    return canary.steps


async def await_promotion(run: Run, work: PromotionWork) -> Promoted | Unhealthy | Stopped:
    """This function will wait until the next step may begin: for the pause, or for a person's `/promote`.

    The health of the step that is out goes on being watched meanwhile.
    """
    began = await run.now()
    end, config = began + _longest(work), work.verify.config
    watch = _verified_before(config, began)
    next_round = began + MOST_REST
    while (now := await run.now()) < end:
        if config is not None and now >= next_round:
            watch, now = await ask_once(run, work.verify.prober, config, watch)
            if watch.bad_in_a_row >= config.failures:
                return Unhealthy(text=render_unhealthy(watch, config, Health.FAILING))
            next_round = now + max(pace(config), MOST_REST)
        news = await run.wait(NEWS, timeout=min(end - now, MOST_REST), returns=News)
        if news is not None and news.about is About.PROMOTE and news.text == str(work.percent):
            return Promoted(by=news.by)
        stopped = await work.verify.pulse(Beat(news=news))
        if stopped is not None:
            return stopped
    return _expired(work) if work.is_manual else Promoted()


def _longest(work: PromotionWork) -> timedelta:
    return work.limit if work.is_manual else parse_duration(work.canary.pause or NO_PAUSE)


def _verified_before(config: VerifyConfig | None, now: datetime) -> Watch:
    """The watch over a step that is up already: its time of grace is over."""
    return Watch(began=now - parse_duration(config.grace) if config else now)


def _expired(work: PromotionWork) -> Stopped:
    name, promote = code(work.environment), code(f"/promote {work.environment}")
    text = (
        f"Nobody wrote {promote} in time, so {name} stays as it is: {work.percent} % of it has the new deployment. "
        f"Someone with the role write can put that back with {code(f'/rollback {work.environment}')}, or deploy again."
    )
    return Stopped(reason=Reason.PROMOTION_EXPIRED, text=text)

"""Every story of wishes, under its name in storage."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.engine.model import Flow
from bot.merging.keeping.model import (
    ASK,
    GROUP,
    LATER,
    NEWS,
    SWEEP_MERGES,
    TELL,
    AskRequest,
    GroupRequest,
    LookLater,
    MergeNews,
    Telling,
)
from bot.merging.keeping.telling import tell_asker
from bot.merging.model import EVALUATE, EvaluateMerges
from bot.merging.stories.looking import WishKeeping
from bot.merging.stories.news import hear_news
from bot.merging.stories.sweeping import WishSweep
from bot.recovery.flow import Tick

if TYPE_CHECKING:
    from bot.commands.spec import Services


def wish_flows(services: Services) -> tuple[Flow, ...]:
    """This function will bind every story of wishes to what it needs."""
    keeping = WishKeeping(services)
    return (
        Flow(name=EVALUATE, request=EvaluateMerges, story=keeping.evaluate),
        Flow(name=ASK, request=AskRequest, story=keeping.ask),
        Flow(name=NEWS, request=MergeNews, story=partial(hear_news, services=services)),
        Flow(name=LATER, request=LookLater, story=keeping.look_later),
        Flow(name=TELL, request=Telling, story=partial(tell_asker, services=services)),
        Flow(name=GROUP, request=GroupRequest, story=keeping.group),
        Flow(name=SWEEP_MERGES, request=Tick, story=WishSweep(services).sweep),
    )

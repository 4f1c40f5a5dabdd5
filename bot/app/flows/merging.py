"""The stories of a merge: wishes, the train, and what is picked onto other branches."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.engine.model import Flow
from bot.merging.keeping.model import (
    ASK,
    GROUP,
    LATER,
    NEWS,
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
from bot.merging.train.model import TRAIN, RunTrain
from bot.merging.train.story import Train
from bot.picking.waiting import FLOW as BACKPORT_MERGED
from bot.picking.waiting import MergedPull, backport_merged

if TYPE_CHECKING:
    from bot.app.flows.wiring import Wiring


def flows(wiring: Wiring) -> tuple[Flow, ...]:
    """This function will bind the stories of merges to what they need."""
    services = wiring.services
    keeping = WishKeeping(services)
    return (
        Flow(name=EVALUATE, request=EvaluateMerges, story=keeping.evaluate),
        Flow(name=ASK, request=AskRequest, story=keeping.ask),
        Flow(name=NEWS, request=MergeNews, story=partial(hear_news, services=services)),
        Flow(name=LATER, request=LookLater, story=keeping.look_later),
        Flow(name=TELL, request=Telling, story=partial(tell_asker, services=services)),
        Flow(name=GROUP, request=GroupRequest, story=keeping.group),
        Flow(name=TRAIN, request=RunTrain, story=Train(services).ride),
        Flow(name=BACKPORT_MERGED, request=MergedPull, story=partial(backport_merged, services=services)),
    )

"""Makes the tables of the documentation of costs: the sources of spend, and the ladder with what each rung does."""

from __future__ import annotations

from bot import plugins
from bot.config.costing import LadderConfig
from bot.costs.ladder.model import LADDER
from bot.costs.look import CostSource
from bot.markdown import table


def sources() -> str:
    """This function will say what each source meters, in the words of its module."""
    found = plugins.load("bot.costs.sources", "SOURCE", CostSource)
    return table(("source", "what it meters"), [(f"`{one.name}`", one.summary) for one in found])


def ladder() -> str:
    """This function will make the table of the ladder's rungs, at the marks that hold where none are configured."""
    marks = LadderConfig()
    told = ", ".join(f"{mark} %" for mark in marks.notify)
    rows = [
        (
            f"{told}, or a forecast of 100 %",
            "`noticed`",
            "any",
            "it is told, with the time to the limit",
            "nothing",
        ),
        *(
            (
                f"{rung.mark(marks)} %",
                f"`{rung.stage.value}`",
                f"{rung.readings} sure",
                rung.text,
                ", ".join(stop.value for stop in rung.stops),
            )
            for rung in LADDER
        ),
    ]
    return table(("of the limit", "stage", "readings", "what happens", "stops"), rows)

"""What people are told, once each, in plain words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.budget.model import Mode, Stage
from bot.config.costing import LadderConfig
from bot.costs.ladder.notices import Word, noticed_after, words_of
from bot.costs.ladder.rules import stage_of
from bot.costs.notices.model import Gravity
from tests.support.ladder import after_look, day_at

if TYPE_CHECKING:
    from bot.costs.ladder.model import LadderFacts

DRY = replace(after_look(day_at("101", before=Stage.FROZEN), "101"), mode=Mode.DRY_RUN)
TOLD: tuple[tuple[str, LadderFacts, list[str]], ...] = (
    ("a quiet day", day_at("10"), []),
    ("the first mark", day_at("50"), ["50 % of the day's $100.00 are spent"]),
    ("two marks at once", day_at("81"), ["80 % of the day's $100.00 are spent"]),
    (
        "the forecast",
        replace(day_at("10", rate="9"), forecast=Decimal(110), limit_in=timedelta(hours=10)),
        ["The limit of $100.00 will be reached in 10 h"],
    ),
    (
        "the forecast, without a time",
        replace(day_at("10"), forecast=Decimal(100)),
        ["The limit of $100.00 will be reached before the day ends"],
    ),
    (
        "held, from below the freeze",
        after_look(day_at("101"), "100"),
        ["80 % of the day's $100.00 are spent", "Budget: agents are paused, spot instances are ended"],
    ),
    (
        "held, in a dry run",
        DRY,
        [
            "80 % of the day's $100.00 are spent",
            "Budget, dry run: agents are paused, spot instances are ended, were it enforced",
        ],
    ),
    (
        "reached by a reading that is not sure",
        replace(day_at("97"), is_sure=False),
        [
            "80 % of the day's $100.00 are spent",
            "95 % of the limit seem to be spent, and the reading is not sure",
        ],
    ),
    (
        "lifted",
        replace(day_at("96", before=Stage.FROZEN), limit=Decimal(400)),
        ["Budget: the stage frozen has ended"],
    ),
    (
        "lifted a little",
        replace(
            day_at("97", before=Stage.HELD), limit=Decimal(103), marks=LadderConfig(notify=(), freeze=90)
        ),
        ["Budget: nothing new is begun", "Budget: the stage held has ended"],
    ),
)


@pytest.mark.parametrize(("facts", "titles"), [case[1:] for case in TOLD], ids=[case[0] for case in TOLD])
def test_what_is_told(facts: LadderFacts, titles: list[str]) -> None:
    """Each mark, the forecast, a stage that is reached or left; the highest says it for those below."""
    assert [word.title for word in words_of(facts, stage_of(facts), ())] == titles


def told_after(facts: LadderFacts, *then: LadderFacts) -> list[Word]:
    """This function will tell the first facts, and return what is told by the others."""
    noticed: tuple[str, ...] = ()
    words: list[Word] = []
    for place, each in enumerate((facts, *then)):
        new = words_of(each, stage_of(each), noticed)
        noticed = noticed_after(each, stage_of(each), noticed, new)
        words += new if place else ()
    return words


def test_nothing_is_told_twice() -> None:
    """The same day at the same mark is not told again, nor a mark below one that was told."""
    assert not told_after(day_at("96"), day_at("97", before=Stage.FROZEN), day_at("96", before=Stage.FROZEN))


def test_a_stage_that_ended_may_be_told_again() -> None:
    """A day that is frozen, freed and frozen again tells it each time."""
    words = told_after(day_at("95"), day_at("80", before=Stage.FROZEN), day_at("95", before=Stage.NOTICED))
    assert [word.title for word in words] == [
        "Budget: the stage frozen has ended",
        "Budget: nothing new is begun",
    ]


def test_marks_of_another_limit_are_told() -> None:
    """Where people changed the limit, its marks are others."""
    words = told_after(day_at("60"), replace(day_at("61"), limit=Decimal(120)))
    assert [word.title for word in words] == ["50 % of the day's $120.00 are spent"]


def test_what_was_a_dry_run_is_told_as_meant() -> None:
    """Once the limit is enforced, what the dry run told is told again: now it happens."""
    (word,) = told_after(DRY, replace(DRY, mode=Mode.ENFORCE, before=Stage.HELD))
    assert word.title == "Budget: agents are paused, spot instances are ended"
    assert word.gravity is Gravity.ALARM


def test_an_alarm_says_the_way_out() -> None:
    """Whoever is woken reads what was spent, what is stopped, when it ends and how to end it before."""
    facts = day_at("96")
    word = words_of(facts, stage_of(facts), ())[-1]
    assert word.text == (
        "$96.00 of $100.00 (96 %) were spent at 14:15 UTC. No deployment, node or agent is begun any more; what runs "
        "goes on. It ends at 00:00 UTC, or once spend is below $90.00 or the limit so much higher: "
        "/budget extend AMOUNT until HH:MM because …, which a second person confirms."
    )


def test_a_forecast_says_what_then() -> None:
    """Who hears of a forecast hears from which amount on something is stopped, or would be."""
    facts = replace(day_at("10"), forecast=Decimal(110))
    assert "From $95.00 on, nothing new is begun." in words_of(facts, Stage.NOTICED, ())[0].text
    dry = replace(facts, mode=Mode.DRY_RUN)
    assert "it is told what would be stopped" in words_of(dry, Stage.NOTICED, ())[0].text

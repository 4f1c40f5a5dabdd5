"""Words what the ladder tells people: once each, plain text, with what was done and who can change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.budget.model import Mode, Stage
from bot.budget.money import dollars, percent
from bot.costs.ladder.model import LADDER
from bot.costs.notices.model import Gravity
from bot.deployments.leases.render import render_duration

if TYPE_CHECKING:
    from decimal import Decimal

    from bot.costs.ladder.model import LadderFacts, Rung

_TITLES = {
    Stage.FROZEN: "nothing new is begun",
    Stage.HELD: "agents are paused, spot instances are ended",
    Stage.DENIED: "model calls are denied",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Something that people are told."""

    key: str  # the same is told once a day
    gravity: Gravity
    title: str  # plain text, one line
    text: str  # plain text, a few sentences
    covers: tuple[str, ...] = ()  # what need not be told any more once this is


def words_of(facts: LadderFacts, stage: Stage, noticed: tuple[str, ...]) -> tuple[Word, ...]:
    """This function will return what is to be told now and was not told that day."""
    found = (
        *_marks(facts),
        *_forecast(facts),
        *_unsure(facts, stage),
        *_rungs(facts, stage),
        *_lifted(facts, stage),
    )
    return tuple(word for word in found if word.key not in noticed)


def noticed_after(
    facts: LadderFacts, stage: Stage, noticed: tuple[str, ...], words: tuple[Word, ...]
) -> tuple[str, ...]:
    """This function will return what need not be told again that day; a stage that has ended may come again."""
    over = {_rung_key(facts, rung) for rung in LADDER if rung.stage.height > stage.height}
    told = [key for word in words for key in (word.key, *word.covers)]
    return tuple(key for key in dict.fromkeys((*noticed, *told)) if key not in over)


def _marks(facts: LadderFacts) -> tuple[Word, ...]:
    """The highest mark that is passed; those below it need not be told beside it."""
    passed = [mark for mark in sorted(facts.marks.notify) if facts.spent >= facts.limit * mark / 100]
    if not passed:
        return ()
    keys = [_key(facts, str(mark)) for mark in passed]
    return (
        Word(
            key=keys[-1],
            gravity=Gravity.INFO if passed[-1] <= facts.marks.notify[0] else Gravity.WARNING,
            title=f"{passed[-1]} % of the day's {dollars(facts.limit)} are spent",
            text=f"{_spent(facts)} {_likely(facts)}",
            covers=tuple(keys[:-1]),
        ),
    )


def _forecast(facts: LadderFacts) -> tuple[Word, ...]:
    if facts.forecast < facts.limit or facts.spent >= facts.limit:
        return ()
    when = f" in {render_duration(facts.limit_in)}" if facts.limit_in is not None else " before the day ends"
    return (
        Word(
            key=_key(facts, "forecast"),
            gravity=Gravity.WARNING,
            title=f"The limit of {dollars(facts.limit)} will be reached{when}",
            text=f"{_spent(facts)} {_likely(facts)} {_what_then(facts)}",
        ),
    )


def _rungs(facts: LadderFacts, stage: Stage) -> tuple[Word, ...]:
    """The highest rung that the day has climbed; those below it need not be told beside it."""
    climbed = [rung for rung in LADDER if rung.stage.height <= stage.height]
    if not climbed:
        return ()
    top = climbed[-1]
    title, text = f"Budget: {_TITLES[top.stage]}", f"{_capital(top.text)}. {_way_out(facts, top)}"
    if facts.mode is not Mode.ENFORCE:
        title = f"Budget, dry run: {_TITLES[top.stage]}, were it enforced"
        text = f"Were the limit enforced: {top.text}. Two people who may change the budget can write /budget enforce."
    return (
        Word(
            key=_rung_key(facts, top),
            gravity=Gravity.ALARM if facts.mode is Mode.ENFORCE else Gravity.WARNING,
            title=title,
            text=f"{_spent(facts)} {text}",
            covers=tuple(_rung_key(facts, rung) for rung in climbed[:-1]),
        ),
    )


def _unsure(facts: LadderFacts, stage: Stage) -> tuple[Word, ...]:
    """A mark that a reading reaches on which nothing may rest."""
    reached = [
        rung
        for rung in LADDER
        if stage.height < rung.stage.height and facts.spent >= facts.limit * rung.mark(facts.marks) / 100
    ]
    if facts.is_sure or not reached:
        return ()
    mark = reached[-1].mark(facts.marks)
    return (
        Word(
            key=_key(facts, f"unsure-{reached[-1].name}"),
            gravity=Gravity.WARNING,
            title=f"{mark} % of the limit seem to be spent, and the reading is not sure",
            text=f"{_spent(facts)} Nothing is stopped on a reading that is not sure; the report lists what is missing.",
        ),
    )


def _lifted(facts: LadderFacts, stage: Stage) -> tuple[Word, ...]:
    if facts.before.height < Stage.FROZEN.height or stage.height >= facts.before.height:
        return ()
    rest = (
        f"The stage is {stage} now."
        if stage.height >= Stage.FROZEN.height
        else "Nothing is stopped any more."
    )
    return (
        Word(
            key=_key(facts, f"lifted-{facts.before}-{facts.reading_id}"),
            gravity=Gravity.INFO,
            title=f"Budget: the stage {facts.before} has ended",
            text=f"{_spent(facts)} {rest}",
        ),
    )


def _key(facts: LadderFacts, name: str) -> str:
    """With the limit: where people change it, its marks are others."""
    return f"{name}@{facts.limit.normalize():f}"


def _rung_key(facts: LadderFacts, rung: Rung) -> str:
    """With the mode: what a dry run told is told again where it is meant."""
    return f"{facts.mode}-{_key(facts, rung.name)}"


def _spent(facts: LadderFacts) -> str:
    part = percent(facts.spent, facts.limit)
    return f"{dollars(facts.spent)} of {dollars(facts.limit)} ({part}) were spent at {facts.now:%H:%M} UTC."


def _likely(facts: LadderFacts) -> str:
    return f"The day will likely cost {dollars(facts.forecast)}, at {dollars(facts.rate)} an hour now."


def _what_then(facts: LadderFacts) -> str:
    freeze: Decimal = facts.limit * facts.marks.freeze / 100
    acts = "nothing new is begun" if facts.mode is Mode.ENFORCE else "it is told what would be stopped"
    return f"From {dollars(freeze)} on, {acts}."


def _way_out(facts: LadderFacts, rung: Rung) -> str:
    below = facts.limit * max(rung.mark(facts.marks) - facts.marks.back, 0) / 100
    return (
        f"It ends at 00:00 UTC, or once spend is below {dollars(below)} or the limit so much higher: "
        "/budget extend AMOUNT until HH:MM because …, which a second person confirms."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

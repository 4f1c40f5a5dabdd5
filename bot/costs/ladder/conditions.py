"""The conditions of a budget's decision, as `/budget why` shows them: each with its figures and who could change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.budget.condition import WHO
from bot.budget.model import Mode, Stage
from bot.budget.money import dollars, percent
from bot.commands.reasons import Reason
from bot.decisions.model import Condition, Standing
from bot.deployments.leases.render import render_duration
from bot.markdown import code

if TYPE_CHECKING:
    from bot.costs.ladder.model import LadderFacts, Rung


def of_reading(facts: LadderFacts) -> Condition:
    """This function will say what was read, and whether it is sure enough to act on."""
    name = "reading"
    part = percent(facts.spent, facts.limit)
    spent = f"{dollars(facts.spent)} of {dollars(facts.limit)} ({part}) were spent at {facts.now:%H:%M} UTC"
    if facts.is_sure:
        return Condition(name=name, standing=Standing.MET, text=f"{spent}; the reading is sure.")
    doubts = tuple(
        Condition(name=f"doubt {place}", standing=Standing.UNKNOWN, text=text)
        for place, text in enumerate(facts.doubts, start=1)
    )
    return Condition(
        name=name,
        standing=Standing.WAIVED,
        reason=Reason.METERS_OFF if facts.is_off else Reason.COULD_NOT_VERIFY,
        text=f"{spent}; the reading is not sure, so the limit only tells and stops nothing more.",
        who="Whoever runs this bot can close the gaps that the report lists.",
        parts=doubts,
    )


def of_notice(facts: LadderFacts) -> Condition:
    """This function will say which of the marks that only tell are passed."""
    parts = tuple(
        Condition(
            name=f"notify {mark}",
            standing=Standing.MET,
            text=f"{dollars(facts.limit * mark / 100)} {_passed(facts, mark)}.",
        )
        for mark in facts.marks.notify
    )
    passed = [mark for mark in facts.marks.notify if facts.spent >= facts.limit * mark / 100]
    text = f"{passed[-1]} % of the limit are passed." if passed else "No mark is passed that is told."
    return Condition(name="notify", standing=Standing.MET, text=text, parts=parts)


def of_forecast(facts: LadderFacts) -> Condition:
    """This function will say where the day is going."""
    text = f"The day will likely cost {dollars(facts.forecast)}, at {dollars(facts.rate)} an hour now"
    if facts.limit_in is not None:
        text += f"; at this rate the limit is reached in {render_duration(facts.limit_in)}"
    return Condition(name="forecast", standing=Standing.MET, text=f"{text}.")


def of_rung(facts: LadderFacts, rung: Rung, stage: Stage, *, is_pending: bool) -> Condition:
    """This function will hold the day against one rung of the ladder.

    Args:
        facts: what the day is like.
        rung: the rung.
        stage: how far up the ladder the day is.
        is_pending: whether the rung's mark seems to be reached, though it does not act yet.
    """
    mark = rung.mark(facts.marks)
    at = f"{dollars(facts.limit * mark / 100)} ({mark} %)"
    if rung.stage is Stage.HELD and facts.runs_on:
        at += f", with {dollars(facts.runs_on)} that run on until 00:00 UTC whatever is stopped,"
    if stage.height >= rung.stage.height:
        return _reached(facts, rung, at)
    if is_pending:
        return _pending(facts, rung, at)
    return Condition(name=rung.name, standing=Standing.MET, text=f"{at} are not reached.")


def _reached(facts: LadderFacts, rung: Rung, at: str) -> Condition:
    if facts.mode is not Mode.ENFORCE:
        text = f"{at} are reached. Were the limit enforced: {rung.text}."
        who = f"Someone who may change the budget can write {code('/budget enforce')}."
        return Condition(name=rung.name, standing=Standing.WAIVED, text=text, who=who)
    return Condition(
        name=rung.name,
        standing=Standing.UNMET,
        reason=Reason.BUDGET_FROZEN,
        text=f"{at} are reached: {rung.text}.",
        who=f"{WHO} At 00:00 UTC the day begins again.",
    )


def _pending(facts: LadderFacts, rung: Rung, at: str) -> Condition:
    if not facts.is_sure:
        text = f"{at} seem to be reached; nothing is stopped, because the reading is not sure."
    elif rung.stage is Stage.HELD:
        text = f"{at} are reached, or will be before the next look; a second sure reading has to say so too."
    else:
        text = f"{at} are reached; a second sure reading has to say so too."
    return Condition(name=rung.name, standing=Standing.PENDING, reason=Reason.SECOND_READING, text=text)


def _passed(facts: LadderFacts, mark: int) -> str:
    return "are passed" if facts.spent >= facts.limit * mark / 100 else "are not passed"

"""Words how a budget stands and what came of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from bot.budget.model import Mode, Stage
from bot.budget.money import dollars, percent
from bot.costs.changes import WAITS, Change, ChangeKind, base_of
from bot.costs.ladder.model import LADDER
from bot.markdown import code, escape, table

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from bot.costs.standing import Budget

_MODES = {
    Mode.DRY_RUN: "a dry run: it tells what it would do, and does nothing",
    Mode.ENFORCE: "enforced",
}


def render_budget(budget: Budget, waiting: tuple[Change, ...], *, now: datetime) -> str:
    """This function will say how the budget stands: limit, spend, the ladder, and what waits for a second person."""
    stage, limit = budget.stage_at(now), budget.limit_at(now)
    lines = [
        f"**{_spent(budget, now)}** of {dollars(limit)} · stage {code(stage)} · the limit is {_MODES[budget.mode]}.",
        _limit(budget, now),
        _ladder(budget, limit, stage),
    ]
    if waiting:
        asked = "\n".join(f"- {_asked(budget, change)}" for change in waiting)
        lines.append(f"Waiting for a second person:\n\n{asked}")
    who = f"the role {code(budget.config.permission)}"
    lines.append(f"It is changed by people with {who}; {code('/budget why')} shows what led to the stage.")
    return "\n\n".join(lines)


def render_waiting(budget: Budget, change: Change) -> str:
    """This function will say that a change waits for a second person, and until when."""
    over = change.asked_at + WAITS
    until = min(over, change.until) if change.until is not None else over
    return (
        f"{_what(budget, change)} A second person with the role {code(budget.config.permission)} has to say it too, "
        f"before {until:%H:%M} UTC: {code(f'/budget second {change.id}')}, or the same command."
    )


def render_made(budget: Budget, change: Change, *, now: datetime) -> str:
    """This function will say that a change is made, by whom, and what it does to the stage that holds.

    Args:
        budget: as it was before.
        change: what is changed of it.
        now: the time.
    """
    by = f"{code(change.person.login)} asked for it"
    by += f" and {code(change.second.login)} said it too." if change.second is not None else "."
    return " ".join(part for part in (_what(budget, change), by, _consequence(budget, change, now)) if part)


def _spent(budget: Budget, now: datetime) -> str:
    if budget.day != now.date() or not budget.reading_id:
        return "Nothing is read of today yet"
    unsure = "" if budget.is_sure else " (not sure)"
    return f"{dollars(budget.spent)}{unsure} at {budget.read_at:%H:%M} UTC, likely {dollars(budget.forecast)} by 24:00"


def _limit(budget: Budget, now: datetime) -> str:
    config, limit = budget.config, budget.limit_at(now)
    parts = [f"The file says {dollars(config.daily)} a day, and at most {dollars(config.highest)}."]
    if budget.set_to is not None:
        parts.append(f"People set it to {dollars(budget.set_to)}.")
    if budget.extended_until is not None and limit > base_of(budget):
        parts.append(f"It is extended to {dollars(limit)} until {budget.extended_until:%H:%M} UTC.")
    return " ".join(parts)


def _ladder(budget: Budget, limit: Decimal, stage: Stage) -> str:
    marks = budget.config.ladder
    told = [(f"{mark} %", dollars(limit * mark / 100), "it is told", "") for mark in marks.notify]
    rungs = [
        (
            f"{rung.mark(marks)} %",
            dollars(limit * rung.mark(marks) / 100),
            rung.text,
            "reached" if stage.height >= rung.stage.height else "",
        )
        for rung in LADDER
    ]
    return table(("of the limit", "at", "what happens", ""), [*told, *rungs])


def _asked(budget: Budget, change: Change) -> str:
    return (
        f"{code(change.id)}: {_what(budget, change)} {code(change.person.login)} asked in #{change.number}."
    )


def _what(budget: Budget, change: Change) -> str:
    base, reason = base_of(budget), f" ({escape(change.reason)})" if change.reason else ""
    amount = change.amount if change.amount is not None else base
    match change.kind:
        case ChangeKind.SET:
            return f"The limit: {dollars(amount)} a day instead of {dollars(base)}{reason}."
        case ChangeKind.EXTEND:
            until = f"{change.until:%H:%M}" if change.until is not None else ""
            until = "24:00" if until == "00:00" else until
            return (
                f"The limit: {dollars(base + amount)} until {until} UTC, then {dollars(base)} again{reason}."
            )
        case ChangeKind.ENFORCE:
            return f"The limit acts: it freezes, pauses, ends and denies as the ladder says{reason}."
        case ChangeKind.DRY_RUN:
            return f"The limit only tells what it would do, and does nothing{reason}."
        case _:
            assert_never(change.kind)


def _consequence(budget: Budget, change: Change, now: datetime) -> str:
    """Whether the stage that holds now ends by it, for the next look acts on that."""
    stage = budget.stage_at(now)
    rung = next((rung for rung in LADDER if rung.stage is stage), None)
    if rung is None:
        return ""
    if change.kind is ChangeKind.ENFORCE:
        return f"The stage is {code(stage)}, so it acts with the look that begins now."
    if change.kind is ChangeKind.DRY_RUN:
        return "What it holds is let go with the look that begins now."
    base = base_of(budget)
    amount = change.amount if change.amount is not None else base
    limit = base + amount if change.kind is ChangeKind.EXTEND else amount
    part = max(rung.mark(budget.config.ladder) - budget.config.ladder.back, 0)
    below = limit * part / 100
    if budget.spent < below:
        return f"The stage {code(stage)} ends with the look that begins now."
    spent = f"{dollars(budget.spent)} ({percent(budget.spent, limit)})"
    return f"The stage {code(stage)} stays: {spent} are spent, and it ends below {dollars(below)} ({part} %)."

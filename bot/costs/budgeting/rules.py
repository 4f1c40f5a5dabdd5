"""Decides whether a change of the budget is made, waits for a second person, or is refused: from facts alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from typing import assert_never

from bot.budget.model import Mode
from bot.budget.money import dollars
from bot.commands.model import Done, Reason, Refused
from bot.commands.rules import Facts, refuse_permission
from bot.costs.budgeting.reading import Second, Wanted
from bot.costs.changes import Change, ChangeKind, base_of, change_id
from bot.costs.standing import Budget  # noqa: TC001 - as above
from bot.github.models import Actor, Permission
from bot.markdown import code


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """What waits for a second person, and who may say what, as it is now."""

    waiting: tuple[Change, ...] = ()  # the newest first
    own: Permission = Permission.NONE
    first: Permission = Permission.NONE  # of whoever asked for what is said too


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFacts:
    """Everything that decides about a change."""

    now: datetime
    budget: Budget
    wanted: Wanted | Second
    person: Actor
    number: int
    receipt: str  # of the command
    voices: Voices = Voices()
    is_app: bool = False  # whether an App wrote it


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """It is made."""

    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """It waits for a second person."""

    change: Change


def seconded(wanted: Wanted | Second, waiting: tuple[Change, ...], person: Actor) -> Change | None:
    """This function will return what the person says too: by its id, or the same that somebody else asked for."""
    if isinstance(wanted, Second):
        return next((change for change in waiting if change.id == wanted.id), None)
    says = (wanted.kind, wanted.amount, wanted.until)
    return next((change for change in waiting if change.says == says and change.person.id != person.id), None)


def decide_change(facts: ChangeFacts) -> Make | Wait | Refused | Done:
    """This function will decide about a change: whatever may spend or end more is said by two people.

    Going back to a dry run ends nothing and spends nothing of itself, so one person may.
    """
    refusal = _refuse_person(facts)
    if refusal is not None:
        return refusal
    other = seconded(facts.wanted, facts.voices.waiting, facts.person)
    if other is not None:
        return _second(facts, other)
    if isinstance(facts.wanted, Second):
        text = f"No change {code(facts.wanted.id)} waits here for a second person, or its hour is over."
        return Refused(reason=Reason.NOTHING_TO_SECOND, text=text)
    change = _change(facts, facts.wanted)
    refused = _refuse_change(facts, change)
    if refused is not None:
        return refused
    return Make(change=change) if change.kind is ChangeKind.DRY_RUN else Wait(change=change)


def _refuse_person(facts: ChangeFacts) -> Refused | None:
    if facts.is_app:
        text = "A budget is changed by people; an App has no word in it."
        return Refused(reason=Reason.NOT_PERMITTED, text=text)
    needed = facts.budget.config.permission
    return refuse_permission(needed, Facts(permission=facts.voices.own), what="/budget")


def _second(facts: ChangeFacts, change: Change) -> Make | Refused | Done:
    if change.person.id == facts.person.id:
        text = "You asked for it yourself; somebody else who may change the budget has to say it too."
        return Refused(reason=Reason.SECOND_PERSON, text=text)
    if not facts.voices.first.covers(facts.budget.config.permission):
        text = f"{code(change.person.login)}, who asked for it, may not change the budget any more. Ask for it anew."
        return Refused(reason=Reason.NOT_PERMITTED, text=text)
    refused = _refuse_change(facts, change)
    return refused or Make(change=replace(change, second=facts.person))


def _change(facts: ChangeFacts, wanted: Wanted) -> Change:
    repository_id = facts.budget.repository.id
    return Change(
        id=change_id(repository_id, facts.receipt),
        repository_id=repository_id,
        kind=wanted.kind,
        person=facts.person,
        number=facts.number,
        asked_at=facts.now,
        amount=wanted.amount,
        until=wanted.until,
        reason=wanted.reason,
    )


def _refuse_change(facts: ChangeFacts, change: Change) -> Refused | Done | None:
    budget = facts.budget
    match change.kind:
        case ChangeKind.ENFORCE:
            return _refuse_enforcing(budget)
        case ChangeKind.DRY_RUN:
            return Done(text="The limit is a dry run already.") if budget.mode is Mode.DRY_RUN else None
        case ChangeKind.SET | ChangeKind.EXTEND:
            return _refuse_limit(budget, change)
        case _:
            assert_never(change.kind)


def _refuse_enforcing(budget: Budget) -> Refused | Done | None:
    if budget.mode is Mode.ENFORCE:
        return Done(text="The limit is enforced already.")
    if not budget.reading_id:
        text = f"The costs have not been read yet; {code('/cost')} shows when they are. Write it again then."
        return Refused(reason=Reason.NO_READING, text=text)
    return None


def _refuse_limit(budget: Budget, change: Change) -> Refused | None:
    amount = change.amount or base_of(budget)
    limit = amount if change.kind is ChangeKind.SET else base_of(budget) + amount
    highest = budget.config.highest
    if limit > highest:
        text = (
            f"{dollars(limit)} are above the ceiling of {dollars(highest)} a day. "
            f"Someone with the role write can raise {code('costs.ceiling')} by a pull request."
        )
        return Refused(reason=Reason.ABOVE_CEILING, text=text)
    if change.kind is ChangeKind.SET and limit == base_of(budget):
        return Refused(reason=Reason.AMOUNT_INVALID, text=f"The limit is {dollars(limit)} a day already.")
    return None

"""Says what would become of `/budget …` now, for its dry run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.model import Done, Reason, Refused
from bot.costs.budgeting.gathering import facts_of, found_budget, gather, unverified, words_of
from bot.costs.budgeting.reading import read_change
from bot.costs.budgeting.render import render_made, render_waiting
from bot.costs.budgeting.rules import ChangeFacts, Make, Voices, Wait, decide_change
from bot.costs.changes import CHANGES
from bot.decisions.model import Condition, Decision, Standing, conclude
from bot.github.errors import GitHubError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.model import Call
    from bot.commands.spec import Services
    from bot.costs.standing import Budget
    from bot.engine.model import Run

_READS = Done(text="It changes nothing.")


async def foresee(run: Run, call: Call, services: Services) -> Decision:
    """This function will say what would become of the change now."""
    now = await run.now()
    found = await found_budget(run, call, services, now)
    outcome = found if isinstance(found, Refused) else await _foreseen(run, call, services, found)
    is_done = isinstance(outcome, Done)
    condition = Condition(
        name="change",
        standing=Standing.MET if is_done else Standing.UNMET,
        text=outcome.text,
        reason="" if isinstance(outcome, Done) else outcome.reason,
    )
    return conclude("budget", (condition,))


async def _foreseen(run: Run, call: Call, services: Services, found: Budget) -> Done | Refused:
    form, rest = words_of(call)
    now = await run.now()
    wanted = read_change(form, rest, now=now) if form in CHANGES else _READS
    if isinstance(wanted, Done | Refused):
        return wanted
    facts = facts_of(call, found, wanted, now)
    try:
        voices = await run.step(
            f"budget voices {call.command.index}", lambda: gather(call, services, facts), returns=Voices
        )
    except GitHubError as error:
        return unverified(error)
    return _worded(replace(facts, voices=voices), now)


def _worded(facts: ChangeFacts, now: datetime) -> Done | Refused:
    decided = decide_change(facts)
    match decided:
        case Make(change=change):
            return Done(text=render_made(facts.budget, change, now=now))
        case Wait(change=change):
            return Refused(reason=Reason.SECOND_PERSON, text=render_waiting(facts.budget, change))
        case _:
            return decided

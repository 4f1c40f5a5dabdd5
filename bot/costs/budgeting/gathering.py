"""Gathers what decides about a change of the budget: the budget as it is, what waits, who may say what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.costs.budgeting.rules import ChangeFacts, Voices, seconded
from bot.costs.metering.discovery import find_budget
from bot.costs.metering.model import Found
from bot.costs.store.changes import waiting_changes
from bot.github.collaborators import permission_of_person
from bot.github.models import Permission
from bot.markdown import code, escape

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.model import Call
    from bot.commands.spec import Services
    from bot.costs.budgeting.reading import Second, Wanted
    from bot.costs.standing import Budget
    from bot.engine.model import Run
    from bot.github.errors import GitHubError


def words_of(call: Call) -> tuple[str, str]:
    """This function will return the first word after the verb, in lower case, and the rest as it was typed."""
    form, _, rest = call.command.argument(0).strip().partition(" ")
    return form.lower(), rest.strip()


async def found_budget(run: Run, call: Call, services: Services, now: datetime) -> Budget | Refused:
    """This function will read the repository's budget, as its configuration has it now."""
    repo = services.repository(call.request.repository)
    found = await run.step(
        f"budget {call.command.index}",
        lambda: find_budget(repo, services.database, now=now),
        returns=Found,
    )
    if found.budget is not None:
        return found.budget
    if found.gap is not None:
        return Refused(reason=Reason.BUDGET_UNREADABLE, text=found.gap.text)
    text = (
        f"This repository has no budget. Someone with the role write can give it one: {code('costs: {}')} in "
        f"{code('.github/pilothouse.yml')} on the default branch."
    )
    return Refused(reason=Reason.NO_BUDGET, text=text)


def facts_of(call: Call, found: Budget, wanted: Wanted | Second, now: datetime) -> ChangeFacts:
    """This function will put together what is known of a change before anything more is read."""
    return ChangeFacts(
        now=now,
        budget=found,
        wanted=wanted,
        person=call.request.author,
        number=call.request.number,
        receipt=call.receipt,
        is_app=call.request.app_id is not None or call.request.author.is_bot,
    )


async def gather(call: Call, services: Services, facts: ChangeFacts) -> Voices:
    """This function will read who may say what, as it is now: of the first person too.

    Raises:
        GitHubError: it could not be read, which must deny.
    """
    repo = services.repository(call.request.repository)
    waiting = await services.database.read(
        lambda connection: waiting_changes(connection, repo.ref.id, now=facts.now)
    )
    other = seconded(facts.wanted, waiting, facts.person)
    first = await permission_of_person(repo, other.person) if other is not None else Permission.NONE
    own = Permission.NONE if facts.is_app else await permission_of_person(repo, facts.person)
    return Voices(waiting=waiting, own=own, first=first)


def unverified(error: GitHubError) -> Refused:
    """This function will refuse because GitHub did not say who may do it."""
    text = f"GitHub could not say who may change the budget ({escape(str(error))}). Write the command again."
    return Refused(reason=Reason.COULD_NOT_VERIFY, text=text)

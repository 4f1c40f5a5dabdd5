"""Denies the agents' role all model calls, and gives them back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.budget.model import Stops
from bot.costs.enforcers.machines import Ended
from bot.costs.enforcers.models import allow_models, deny_models
from bot.costs.model import ActionKind, ActionState
from bot.markdown import code

if TYPE_CHECKING:
    from bot.costs.ladder.acting import Acting


async def hold_models(acting: Acting, roles: tuple[str, ...], *, is_allowed: bool = False) -> None:
    """This function will deny each role all model calls until the day ends, or allow them again."""
    kind = ActionKind.ALLOW_MODELS if is_allowed else ActionKind.DENY_MODELS
    text = "It may call models again." if is_allowed else "It is to be denied all model calls."
    for action in await acting.intend(kind, roles, text):
        act = partial(_allow if is_allowed else _deny, acting, action.target)
        ended = await acting.run.step(f"{kind} {action.target}", act, returns=Ended)
        await acting.finish(((action, ended),), name=f"{kind} {action.target}")


async def _deny(acting: Acting, role: str) -> Ended:
    late = await acting.refuse_late(Stops.MODELS)
    if late:
        text = f"The role {code(role)} was left alone. {late}"
        return Ended(state=ActionState.REFUSED, text=text)
    accounts = acting.services.aws.accounts_of(acting.repository, acting.config)
    if accounts.gap is not None:
        return Ended(state=ActionState.FAILED, text=accounts.gap.text)
    return await deny_models(accounts.accounts, role, acting.facts.day)


async def _allow(acting: Acting, role: str) -> Ended:
    accounts = acting.services.aws.accounts_of(acting.repository, acting.config)
    if accounts.gap is not None:
        return Ended(state=ActionState.FAILED, text=accounts.gap.text)
    return await allow_models(accounts.accounts, role)

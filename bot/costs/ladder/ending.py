"""Ends the cluster's spot instances, one by one: all that is meant is written first, and more than a few are none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.budget.model import Stops
from bot.costs.enforcers.guards import Guards, Why, may_terminate
from bot.costs.enforcers.host import this_instance
from bot.costs.enforcers.machines import Ended, Seen, end_machine, find_machines
from bot.costs.model import ActionKind, ActionState
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.costs.aws.accounts import Account
    from bot.costs.enforcers.guards import Machine, Refusal
    from bot.costs.ladder.acting import Acting
    from bot.costs.model import Action, Gap

_SILENT = frozenset({Why.NOT_RUNNING})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    ours: tuple[Machine, ...]
    kept: tuple[tuple[Machine, Refusal], ...]


async def end_spot(acting: Acting, today: tuple[Action, ...], *, is_dry: bool = False) -> None:
    """This function will end every machine that may be ended, or in a dry run say which it would end.

    Args:
        acting: the limit at work.
        today: what was done on the day before, so that a machine that is left alone is told once.
        is_dry: whether it only tells.
    """
    accounts = acting.services.aws.accounts_of(acting.repository, acting.config)
    if accounts.gap is not None:
        await _blind(acting, (accounts.gap,))
        return
    cluster = acting.config.enforce.cluster
    seen = await acting.run.step(
        "spot instances", lambda: find_machines(accounts.accounts, cluster=cluster), returns=Seen
    )
    await _blind(acting, seen.gaps)
    guards = await _guards(acting)
    choice = _choose(seen.machines, guards)
    told = frozenset(action.target for action in today if action.state is ActionState.REFUSED)
    await _tell_kept(acting, choice, told)
    if len(choice.ours) > acting.config.enforce.at_most:
        await _too_many(acting, len(choice.ours), told)
    elif is_dry:
        await _would(acting, choice)
    elif choice.ours:
        await _end_each(acting, choice, guards, {account.id: account for account in accounts.accounts})


async def _guards(acting: Acting) -> Guards:
    host = await acting.run.step("this host", this_instance, returns=str)
    enforce = acting.config.enforce
    return Guards(cluster=enforce.cluster, protected=enforce.protected, host=host)


def _choose(machines: Iterable[Machine], guards: Guards) -> _Choice:
    judged = tuple((machine, may_terminate(machine, guards)) for machine in machines)
    return _Choice(
        ours=tuple(machine for machine, refusal in judged if refusal is None),
        kept=tuple(
            (machine, refusal)
            for machine, refusal in judged
            if refusal is not None and refusal.why not in _SILENT
        ),
    )


async def _end_each(acting: Acting, choice: _Choice, guards: Guards, accounts: dict[str, Account]) -> None:
    text = "It is to be ended, as the day's limit is reached."
    actions = await acting.intend(ActionKind.TERMINATE, (machine.id for machine in choice.ours), text)
    by_id = {action.target: action for action in actions}
    for machine in choice.ours:
        ended = await acting.run.step(
            f"end {machine.id}",
            partial(_end, acting, accounts[machine.account], machine, guards),
            returns=Ended,
        )
        await acting.finish(((by_id[machine.id], ended),), name=machine.id)


async def _end(acting: Acting, account: Account, machine: Machine, guards: Guards) -> Ended:
    late = await acting.refuse_late(Stops.SPOT)
    if late:
        return Ended(state=ActionState.REFUSED, text=f"{code(machine.id)} was left alone. {late}")
    return await end_machine(account, machine, guards)


async def _tell_kept(acting: Acting, choice: _Choice, told: frozenset[str]) -> None:
    for machine, refusal in choice.kept:
        if machine.id not in told:
            text = f"{refusal.text[:-1]}, and was left alone."
            await acting.intend(ActionKind.TERMINATE, (machine.id,), text, state=ActionState.REFUSED)


async def _too_many(acting: Acting, count: int, told: frozenset[str]) -> None:
    text = (
        f"{count} machines would be ended, more than {code('enforce.at_most')} "
        f"({acting.config.enforce.at_most}) allows; none was. Someone with the role write can raise it."
    )
    if "" not in told:
        await acting.intend(ActionKind.TERMINATE, ("",), text, state=ActionState.REFUSED)


async def _would(acting: Acting, choice: _Choice) -> None:
    text = "It would be ended, were the limit enforced." if choice.ours else "No machine would be ended."
    targets = tuple(machine.id for machine in choice.ours) or ("",)
    await acting.intend(ActionKind.TERMINATE, targets, text, state=ActionState.WOULD)


async def _blind(acting: Acting, gaps: tuple[Gap, ...]) -> None:
    """What could not be read keeps nothing else from being ended."""
    for gap in gaps:
        where = " ".join(part for part in (gap.account, gap.region) if part)
        advice = f" Add to the role's policy: {code(gap.statement)}" if gap.statement else ""
        actions = await acting.intend(ActionKind.TERMINATE, (where,), gap.text)
        end = Ended(state=ActionState.FAILED, text=f"{gap.text}{advice}")
        await acting.finish(((action, end) for action in actions), name=f"blind {where}")

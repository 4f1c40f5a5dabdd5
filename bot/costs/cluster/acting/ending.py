"""Ends the cluster's machines one by one, each held against the guards that the limit is held to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.costs.cluster.render import Ended
from bot.costs.enforcers.guards import Guards, Machine, may_terminate
from bot.costs.enforcers.host import this_instance
from bot.costs.enforcers.machines import Ended as EndedMachine
from bot.costs.enforcers.machines import Seen, end_machine, find_machines
from bot.costs.model import ActionState
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.costs.cluster.acting.work import Steering
    from bot.engine.model import Run


async def end_machines(run: Run, work: Steering, *, most: int) -> Ended:
    """This function will end every machine of the cluster that may be ended.

    Args:
        run: where each machine is a step of its own.
        work: the cluster.
        most: how many it may have; where there are more, something is wrong, and none is ended.
    """
    seen = await run.step("machines", lambda: find_machines((work.aws,), cluster=work.name), returns=Seen)
    if seen.gaps:
        return Ended(problems=tuple(gap.text for gap in seen.gaps))
    host = await run.step("host", this_instance, returns=str)
    guards = guards_of(work, host=host)
    refusals = {machine.id: may_terminate(machine, guards) for machine in seen.machines}
    wanted = [machine for machine in seen.machines if refusals[machine.id] is None]
    if len(wanted) > most:
        text = (
            f"{len(wanted)} machines bear the cluster's tags, and at most {most} are ended at a time "
            f"({code('costs: enforce: at_most')}), so none is."
        )
        return Ended(problems=(text,))
    spared = tuple(refusal.text for refusal in refusals.values() if refusal is not None)
    return await _end_each(run, work, wanted, guards, spared)


def guards_of(work: Steering, *, host: str = "") -> Guards:
    """This function will return what the cluster's machines are held against before one is ended."""
    return Guards(
        cluster=work.name,
        protected=work.costs.enforce.protected,
        host=host,
        spot_only=work.config.spot,
    )


async def _end_each(
    run: Run, work: Steering, wanted: Sequence[Machine], guards: Guards, spared: tuple[str, ...]
) -> Ended:
    ids, problems = [], []
    for machine in wanted:
        ended = await run.step(
            f"end {machine.id}", partial(end_machine, work.aws, machine, guards), returns=EndedMachine
        )
        match ended.state:
            case ActionState.DONE:
                ids.append(machine.id)
            case ActionState.REFUSED:
                spared = (*spared, ended.text)
            case _:
                problems.append(ended.text)
    return Ended(ids=tuple(ids), spared=spared, problems=tuple(problems))

"""Stops a deployment that is under way or waits, at a person's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.commands.model import Done, Refused
from bot.deployments.leases.model import HoldKind
from bot.deployments.leases.rows import deployment_ids, lines_of
from bot.deployments.locks.rules import Work, decide_cancel
from bot.deployments.states import MOVES, is_over
from bot.engine.model import Signal
from bot.gates.model import NEWS, About, News
from bot.markdown import code
from bot.storage.trust_tables import deployments

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.deployments.leases.model import Holder, Line
    from bot.engine.model import Run

_OPEN = [stage.value for stage in MOVES if not is_over(stage)]


async def cancel(run: Run, call: Call, services: Services) -> Outcome:
    """This function will tell a deployment to stop; its own receipt says how it ends."""
    request, index = call.request, call.command.index
    known = await run.step(
        f"under way {index}",
        lambda: services.database.read(lambda connection: under_way(connection, request.repository.id)),
        returns=tuple[Work, ...],
    )
    chosen = decide_cancel(call.command.argument(0), known, number=request.number)
    if isinstance(chosen, Refused):
        return chosen
    news = News(about=About.CANCEL, by=request.author.login, text=call.command.argument(1))
    key = f"cancel-{call.receipt}"
    await run.send(Signal(run_id=chosen.run_id, topic=NEWS, message=news, key=key))
    name = code(chosen.environment)
    return Done(text=f"The deployment to {name} was told to stop; its own answer says how that goes.")


def under_way(connection: Connection, repository_id: int) -> tuple[Work, ...]:
    """This function will return every deployment of the repository that is under way or waits."""
    works = {work.run_id: work for work in _in_lines(lines_of(connection, repository_id))}
    ids = deployment_ids(connection, repository_id, frozenset(works))
    open_rows = connection.execute(
        select(deployments.c.run_id, deployments.c.environment, deployments.c.number).where(
            deployments.c.repository_id == repository_id, deployments.c.stage.in_(_OPEN)
        )
    ).all()
    ids |= deployment_ids(connection, repository_id, frozenset(row.run_id for row in open_rows))
    for row in open_rows:
        works[row.run_id] = Work(run_id=row.run_id, environment=row.environment, number=row.number)
    return tuple(
        Work(
            run_id=work.run_id,
            environment=work.environment,
            number=work.number,
            deployment_id=ids.get(work.run_id, 0),
        )
        for work in works.values()
    )


def _in_lines(lines: Iterable[Line]) -> Iterable[Work]:
    for line in lines:
        holders: list[Holder] = [line.lease.holder] if line.lease is not None else []
        holders += [ticket.holder for ticket in line.tickets]
        for holder in holders:
            if holder.kind is HoldKind.DEPLOY:
                yield Work(run_id=holder.run_id, environment=line.place.environment, number=holder.number)

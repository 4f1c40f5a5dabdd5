"""Reads for people who holds which environment, and who waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Done
from bot.deployments.leases.model import Line
from bot.deployments.leases.render import refuse_unreadable, render_lines
from bot.deployments.leases.rows import LeaseUnreadableError, lines_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run


def answering(
    body: Callable[[Run, Call, Services], Awaitable[Outcome]],
) -> Callable[[Run, Call, Services], Awaitable[Outcome]]:
    """This function will let a command refuse where nobody knows who holds what, instead of not answering."""

    async def answer(run: Run, call: Call, services: Services) -> Outcome:
        try:
            return await body(run, call, services)
        except LeaseUnreadableError as error:
            return refuse_unreadable(str(error))

    return answer


async def show_queue(run: Run, call: Call, services: Services) -> Outcome:
    """This function will show who holds the environment and who waits for it, or so of all environments."""
    lines = await read_lines(run, call, services)
    wanted = call.command.argument(0).casefold()
    chosen = [line for line in lines if not wanted or line.place.key == wanted]
    return Done(text=render_lines(chosen, now=await run.now()))


async def environments_said(run: Run, call: Call, services: Services) -> str:
    """This function will say which environments are held or waited for; "" where none is."""
    try:
        lines = await read_lines(run, call, services)
    except LeaseUnreadableError as error:
        return refuse_unreadable(str(error)).text
    return render_lines(lines, now=await run.now()) if lines else ""


async def environment_said(run: Run, call: Call, services: Services, *, environment: str) -> str:
    """This function will say who holds one environment or waits for it; "" where nobody does."""
    try:
        lines = await read_lines(run, call, services)
    except LeaseUnreadableError as error:
        return refuse_unreadable(str(error)).text
    chosen = [line for line in lines if line.place.key == environment.casefold()]
    return render_lines(chosen, now=await run.now()) if chosen else ""


async def read_lines(run: Run, call: Call, services: Services) -> tuple[Line, ...]:
    """This function will read every environment of the repository that is held or waited for."""
    repository_id = call.request.repository.id
    return await run.step(
        f"lines {call.command.index}",
        lambda: services.database.read(lambda connection: lines_of(connection, repository_id)),
        returns=tuple[Line, ...],
    )

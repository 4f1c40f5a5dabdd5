"""Backports that are asked for before the merge: remembered, and made when it happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.commands.journaling import note_receipt
from bot.commands.model import Call
from bot.commands.receipts import write_receipt
from bot.commands.render import failed_by, receipt_of
from bot.commands.rules import Facts, refuse_permission
from bot.engine.model import Start
from bot.forms import decode
from bot.github.collaborators import permission_of_person
from bot.github.errors import GitHubError
from bot.github.models import Permission, RepositoryRef
from bot.picking.flow import backport, waiting_key
from bot.storage.tables import effects

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.commands.model import Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient

FLOW = "backport_merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedPull:
    """A pull request that was merged."""

    repository: RepositoryRef
    number: int

    def start(self) -> Start:
        """This function will make the start of the run that carries it over, in the line of its commands."""
        return Start(
            flow=FLOW,
            run_id=f"{FLOW}-{self.repository.id}-{self.number}",
            request=self,
            partition=f"{self.repository.full_name}#{self.number}",
        )


async def backport_merged(run: Run, request: MergedPull, *, services: Services) -> None:
    """This function will make the backports that were asked for before the merge, and answer each anew."""

    def read(connection: Connection) -> tuple[Call, ...]:
        return waiting_calls(connection, request.repository.id, request.number)

    calls = await run.step("waiting", lambda: services.database.read(read), returns=tuple[Call, ...])
    repo = services.repository(request.repository)
    for call in calls:
        outcome = await _carry_out(run, call, repo, services)
        receipt = receipt_of(call.request, call.command, outcome)
        await note_receipt(
            run, receipt, by=call.request.author, repository_id=repo.ref.id, database=services.database
        )
        await write_receipt(run, receipt, repo=repo, effects=services.effects)


def waiting_calls(connection: Connection, repository_id: int, number: int) -> tuple[Call, ...]:
    """This function will read the backports that wait for the merge of a pull request, in the order of asking."""
    prefix = waiting_key(repository_id, number, "")
    query = (
        select(effects.c.result)
        .where(effects.c.key.startswith(prefix, autoescape=True), effects.c.result.is_not(None))
        .order_by(effects.c.created_at, effects.c.key)
    )
    return tuple(decode(row.result, Call) for row in connection.execute(query))


async def _carry_out(run: Run, call: Call, repo: RepositoryClient, services: Services) -> Outcome:
    # What somebody might do when asking need not be what they may do now; of a bot, only a listed one was obeyed.
    author = call.request.author
    try:
        if not author.is_bot:
            permission = await run.step(
                f"permission {call.receipt}",
                lambda: permission_of_person(repo, author),
                returns=Permission,
            )
            refused = refuse_permission(Permission.WRITE, Facts(permission=permission), what="/backport")
            if refused is not None:
                return refused
        return await backport(run, call, services)
    except GitHubError as error:
        return failed_by(error)

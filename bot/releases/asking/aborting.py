"""Gives a release up before it is published: stops what is under way, takes back what was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Done, Reason, Refused
from bot.engine.model import Signal
from bot.gates.model import NEWS, About, News
from bot.markdown import code
from bot.releases.asking.aiming import scope_for
from bot.releases.asking.beginning import read_row, taken, unknown
from bot.releases.judging.existing import find_existing
from bot.releases.model import ReleaseRow, Stage
from bot.releases.render import render_aborted, render_taken_back
from bot.releases.store import leave
from bot.releases.taking_back import TakenBack, take_back

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run

_TOO_LATE = {Stage.PUBLISHING, Stage.ANNOUNCING, Stage.DONE}


async def abort(run: Run, call: Call, services: Services) -> Outcome:
    """This function will give up the release of the version that was written.

    Raises:
        GitHubError: what there is could not be read, or not be deleted.
    """
    scope = await scope_for(run, call, services, acts=True)
    if isinstance(scope, Refused):
        return scope
    version = scope.names.read(call.command.argument(1))
    if version is None:
        text = "Say which version, such as `/release abort v1.4.0`."
        return Refused(reason=Reason.VERSION_INVALID, text=text)
    tag = scope.names.tag_of(version)
    row = await read_row(run, call, services, tag)
    if row is None:
        return unknown(tag)
    if row.stage in _TOO_LATE:
        return taken(row)
    if not row.stage.is_over:
        return await _tell(run, call, row)
    return await _give_up(run, call, services, row)


async def _tell(run: Run, call: Call, row: ReleaseRow) -> Outcome:
    """The run that makes it takes back what it made."""
    news = News(about=About.CANCEL, by=call.request.author.login, text=call.command.argument(2))
    await run.send(Signal(run_id=row.run_id, topic=NEWS, message=news, key=f"abort-{call.receipt}"))
    text = (
        f"The release of {code(row.tag)} is told; its own answer, on #{row.number}, says what becomes of it."
    )
    return Done(text=text)


async def _give_up(run: Run, call: Call, services: Services, row: ReleaseRow) -> Outcome:
    """It has stopped: mark it, so that nobody goes on with it, and then take back what is there."""
    repo, database, now = services.repository(call.request.repository), services.database, await run.now()
    index = call.command.index
    existing = await run.step(
        f"published {index}", lambda: _is_published(services, call, row.tag), returns=bool
    )
    if existing:
        return _published(row)
    left = await run.step(
        f"leave {index}",
        lambda: database.write(lambda connection: leave(connection, row.repository_id, row.tag, now=now)),
        returns=ReleaseRow | None,
    )
    if left is not None and left.stage is not Stage.ABORTED:
        return taken(left)  # somebody went on with it in this very moment
    back = await run.step(
        f"take back {index}", lambda: take_back(repo, row.tag, attempt=row.attempt), returns=TakenBack
    )
    if back.is_published:
        return _published(row)
    text = render_aborted(row.tag, by=call.request.author.login, why=call.command.argument(2))
    return Done(text=render_taken_back(text, is_tag_gone=back.is_tag_gone, tag=row.tag))


async def _is_published(services: Services, call: Call, tag: str) -> bool:
    found = await find_existing(services.repository(call.request.repository), tag)
    return found is not None and not found.is_draft


def _published(row: ReleaseRow) -> Refused:
    text = f"{code(row.tag)} is published; what is out is not taken back."
    return Refused(reason=Reason.RELEASE_PUBLISHED, text=text)

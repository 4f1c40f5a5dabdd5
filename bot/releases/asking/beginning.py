"""Begins a release: of the version that was written or is called for, or of one that stopped before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.model import Continues, Reason, Refused
from bot.github.git_data import tagged_commit
from bot.github.models import Sha
from bot.markdown import code, link
from bot.releases.asking.aiming import Aim, aim, branch_of, scope_for
from bot.releases.asking.choosing import called_for, what_is_new, written_version
from bot.releases.model import ReleaseRow, Stage, begun
from bot.releases.render import render_turn
from bot.releases.store import claim, row_of

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.releases.model import ReleaseRequest
    from bot.releases.scope import Scope


async def begin(run: Run, call: Call, services: Services) -> Outcome:
    """This function will begin the release of the version that was written.

    Raises:
        GitHubError: the policy or the branch could not be read.
    """
    request = await wanted(run, call, services, acts=True)
    return request if isinstance(request, Refused) else await _claimed(run, request, services)


async def wanted(run: Run, call: Call, services: Services, *, acts: bool) -> ReleaseRequest | Refused:
    """This function will make the request for the version that was written, or that the commits call for."""
    target = await aim(run, call, services, acts=acts)
    if isinstance(target, Refused):
        return target
    word = call.command.argument(0).casefold()
    written = call.command.argument(1) if word in {"plan", "next"} else call.command.argument(0)
    if word == "next" or not written:
        notes = await what_is_new(run, call, services, target)
        version = called_for(call, notes, written)
    else:
        version = written_version(target, written)
    if isinstance(version, Refused):
        return version
    return target.request(call, version=str(version), tag=target.scope.names.tag_of(version))


async def resume(run: Run, call: Call, services: Services) -> Outcome:
    """This function will go on with a release that stopped, from the tag that is on GitHub.

    Raises:
        GitHubError: the policy or the tag could not be read.
    """
    request = await resumed(run, call, services, acts=True)
    return request if isinstance(request, Refused) else await _claimed(run, request, services)


async def resumed(run: Run, call: Call, services: Services, *, acts: bool) -> ReleaseRequest | Refused:
    """This function will make the request to go on with a release that stopped."""
    scope = await scope_for(run, call, services, acts=acts)
    if isinstance(scope, Refused):
        return scope
    written = call.command.argument(1)
    version = scope.names.read(written) if written else None
    if version is None:
        return Refused(
            reason=Reason.VERSION_INVALID, text="Say which version, such as `/release resume v1.4.0`."
        )
    tag = scope.names.tag_of(version)
    row = await read_row(run, call, services, tag)
    repo = services.repository(call.request.repository)
    there = await run.step(f"tag {call.command.index}", lambda: tagged_commit(repo, tag), returns=Sha | None)
    refusal = _refuse_resume(row, there, tag)
    if refusal is not None:
        return refusal
    target = _aim_of(call, scope, row, there)
    request = target.request(call, version=str(version), tag=tag)
    is_prerelease = request.is_prerelease or (row is not None and row.is_prerelease)
    return replace(request, is_resumed=True, is_prerelease=is_prerelease)


def _aim_of(call: Call, scope: Scope, row: ReleaseRow | None, there: Sha | None) -> Aim:
    """The commit of the tag, which is the truth, or else the one that was pinned."""
    pinned = there or (row.sha if row is not None else None)
    if pinned is None:
        raise AssertionError("what has neither a row nor a tag is not resumed")
    return Aim(scope=scope, branch=row.branch if row is not None else branch_of(call), sha=pinned)


def _refuse_resume(row: ReleaseRow | None, there: Sha | None, tag: str) -> Refused | None:
    if row is None and there is None:
        return unknown(tag)
    if row is not None and row.stage is Stage.ABORTED and there is None:
        text = f"{code(tag)} was aborted, and nothing is left of it. {code(f'/release {tag}')} begins anew."
        return Refused(reason=Reason.RELEASE_ABORTED, text=text)
    return None


async def read_row(run: Run, call: Call, services: Services, tag: str) -> ReleaseRow | None:
    """This function will read how the release of the tag stands here."""
    database, repository_id = services.database, call.request.repository.id
    return await run.step(
        f"release {call.command.index}",
        lambda: database.read(lambda connection: row_of(connection, repository_id, tag)),
        returns=ReleaseRow | None,
    )


def unknown(tag: str) -> Refused:
    """This function will say that no release of the tag was ever begun."""
    text = f"No release of {code(tag)} was begun here, and there is no such tag. {code('/release status')} lists them."
    return Refused(reason=Reason.UNKNOWN_RELEASE, text=text)


async def _claimed(run: Run, request: ReleaseRequest, services: Services) -> Outcome:
    """Begin it, unless it is under way or out already."""
    now, database = await run.now(), services.database
    row = await run.step(
        f"claim {request.receipt}",
        lambda: database.write(lambda connection: claim(connection, begun(request, now))),
        returns=ReleaseRow,
    )
    if row.tag == request.tag and row.receipt == request.receipt:
        text = render_turn(request.tag, request.sha)
        return Continues(start=replace(request, attempt=row.attempt).start(), text=text)
    return taken(row)


def taken(row: ReleaseRow) -> Refused:
    """This function will refuse because of a release that is under way, or out."""
    if row.stage is Stage.DONE:
        shown = link(code(row.tag), row.url)
        text = f"{shown} is published already; what is out is not taken back."
        return Refused(reason=Reason.RELEASE_PUBLISHED, text=text)
    text = (
        f"{code(row.tag)} is being released from {code(row.branch)}, as {code(row.author.login)} asked on "
        f"#{row.number}; it is {row.stage}. Wait for its end, or write {code(f'/release abort {row.tag}')}."
    )
    return Refused(reason=Reason.RELEASE_RUNNING, text=text)

"""The story of a comment with commands: seen, authorised, carried out in order, each answered by one receipt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

import structlog

from bot.commands.journaling import note_receipt
from bot.commands.model import Call, Continues, Done, Head, Refused, Source
from bot.commands.receipts import write_receipt
from bot.commands.render import failed_by, receipt_of
from bot.commands.rules import Facts, Ignore, Proceed, decide_command, decide_listen
from bot.github.collaborators import permission_of
from bot.github.comments import react, react_to_issue
from bot.github.errors import GitHubError
from bot.github.models import Permission, PullRequest
from bot.github.pulls import get_pull

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.commands.model import Command, ObeyRequest, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient

_log = structlog.get_logger()


async def obey(run: Run, request: ObeyRequest, *, services: Services, obeyed_apps: Collection[int]) -> None:
    """This function will carry out the commands of one comment in order, until one does not succeed."""
    listen = decide_listen(request, obeyed_apps)
    if isinstance(listen, Ignore):
        _log.info("commands_ignored", author=request.author.login, why=listen.why)
        return
    repo = services.repository(request.repository)
    if listen.trusted and request.app_id == (await repo.identity()).id:
        _log.warning(
            "commands_ignored", author=request.author.login, why="the bot itself, which must not be listed"
        )
        return
    if request.commands[0].index == 0:
        await _acknowledge(run, request, repo, services)
    facts = Facts(permission=Permission.WRITE) if listen.trusted else await verify(run, request, repo)
    for command in request.commands:
        outcome = await _carry_out(run, request, command, facts=facts, services=services)
        receipt = receipt_of(request, command, outcome)
        await note_receipt(
            run, receipt, by=request.author, repository_id=repo.ref.id, database=services.database
        )
        await write_receipt(run, receipt, repo=repo, effects=services.effects)
        await _note_answer(request, services)
        _log.info("command_answered", verb=command.verb, status=receipt.status, reason=receipt.reason)
        if isinstance(outcome, Continues):
            await run.send(outcome.start)
        if not isinstance(outcome, Done):
            return


async def verify(run: Run, request: ObeyRequest, repo: RepositoryClient) -> Facts:
    """This function will read what the author may do here; where that fails, the facts deny."""
    try:
        permission = await run.step(
            "permission", lambda: permission_of(repo, request.author.login), returns=Permission
        )
    except GitHubError as error:
        return Facts(permission=None, problem=str(error))
    return Facts(permission=permission)


async def _acknowledge(run: Run, request: ObeyRequest, repo: RepositoryClient, services: Services) -> None:
    """Show at once that the text was seen; a reaction that fails is not worth stopping for."""

    async def show() -> None:
        if request.source is Source.COMMENT:
            await react(repo, request.source_id, "eyes")
        else:
            await react_to_issue(repo, request.number, "eyes")
        await _note_answer(request, services)

    try:
        match request.source:
            case Source.COMMENT | Source.DESCRIPTION:
                await run.step("eyes", show, returns=None)
            case Source.REVIEW | Source.BUTTON:  # GitHub's REST API has no reactions to these
                return
            case _:
                assert_never(request.source)
    except GitHubError as error:
        _log.warning("reaction_failed", error=str(error))


async def _note_answer(request: ObeyRequest, services: Services) -> None:
    """The first sign that the text was seen is the one that counts; the others change nothing."""
    if services.levels is not None:
        await services.levels.acknowledged(request.key, request.repository.id, began_at=request.created_at)


async def _carry_out(
    run: Run, request: ObeyRequest, command: Command, *, facts: Facts, services: Services
) -> Outcome:
    if command.mistake is not None:
        return Refused(reason=command.mistake.reason, text=command.mistake.text)
    try:
        return await _authorised(run, request, command, facts=facts, services=services)
    except GitHubError as error:
        return failed_by(error)


async def _authorised(
    run: Run, request: ObeyRequest, command: Command, *, facts: Facts, services: Services
) -> Outcome:
    spec = next(spec for spec in services.specs if spec.name == command.verb)
    decision = decide_command(spec.grammar, request, facts)
    if isinstance(decision, Proceed) and spec.grammar.needs_head:
        repo = services.repository(request.repository)
        pull = await run.step(
            f"head {command.index}", lambda: get_pull(repo, request.number), returns=PullRequest
        )
        facts = replace(facts, head=Head(sha=pull.head_sha, ref=pull.head_ref), is_open=pull.is_open)
        decision = decide_command(spec.grammar, request, facts)
    if isinstance(decision, Refused):
        return decision
    permission = facts.permission or Permission.NONE
    call = Call(command=command, request=request, permission=permission, head=facts.head)
    return await spec.obey(run, call, services)

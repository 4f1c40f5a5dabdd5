"""Ends a command that went on in a run of its own: the journal and its receipt say how, then its comment goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.commands.journaling import note_receipt
from bot.commands.model import Reason, Status
from bot.commands.receipts import write_receipt
from bot.commands.render import failed_by
from bot.engine.recording import StepFailedError
from bot.github.errors import GitHubError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.commands.model import ObeyRequest, Receipt
    from bot.commands.spec import Services
    from bot.decisions.model import Decision
    from bot.engine.model import Run
    from bot.github.models import Actor, RepositoryRef

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How it ended."""

    status: Status
    reason: Reason
    text: str  # safe Markdown

    @classmethod
    def refusing(cls, decision: Decision) -> End:
        """This function will make the end of what was decided against."""
        return cls(status=Status.REFUSED, reason=Reason(decision.reason), text=decision.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who waits for the answer, and what they asked beside it."""

    repository: RepositoryRef
    author: Actor
    then: ObeyRequest | None  # what is left of the comment


async def ended(story: Awaitable[End], *, broken: Callable[[str], str]) -> End:
    """This function will wait for a story to end; whatever happens in it, people get an answer.

    Args:
        story: how it goes.
        broken: words in safe Markdown that it broke, by the kind of the error.
    """
    try:
        return await story
    except GitHubError as error:
        failed = failed_by(error)
        return End(status=Status.FAILED, reason=failed.reason, text=failed.text)
    except Exception as error:  # noqa: BLE001 - see above
        _log.exception("story_broken")
        kind = error.kind if isinstance(error, StepFailedError) else type(error).__name__
        return End(status=Status.FAILED, reason=Reason.BOT_FAILED, text=broken(kind))


async def end_command(run: Run, receipt: Receipt, asker: Asker, services: Services) -> None:
    """This function will write how the command ended, and have the rest of its comment obeyed where it succeeded."""
    rest = asker.then
    if rest is not None and receipt.status is not Status.SUCCEEDED:
        receipt = replace(receipt, not_run=tuple(command.line for command in rest.commands))
        rest = None
    repo = services.repository(asker.repository)
    await note_receipt(run, receipt, by=asker.author, repository_id=repo.ref.id, database=services.database)
    await write_receipt(run, receipt, repo=repo, effects=services.effects)
    if rest is not None:
        await run.send(rest.start())

"""Says how a command went: the receipt as one comment."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.commands.model import (
    Command,
    Continues,
    Done,
    Failed,
    ObeyRequest,
    Outcome,
    Reason,
    Receipt,
    Refused,
    Status,
    receipt_key,
)
from bot.github.errors import GitHubError, Unavailable, Uncertain
from bot.markdown import code, cut, escape, marker

RECEIPT = "receipt"
_LIMIT = 60_000
_SIGN = {
    Status.ACCEPTED: "👀",
    Status.QUEUED: "⏳",
    Status.WAITING: "⏳",
    Status.RUNNING: "🔄",
    Status.SUCCEEDED: "✅",
    Status.FAILED: "❌",
    Status.REFUSED: "🚫",
    Status.EXPIRED: "⌛",
}


def receipt_marker(key: str) -> str:
    """This function will make the hidden marker by which a command's receipt is found again."""
    return marker(RECEIPT, key)


def render_receipt(receipt: Receipt) -> str:
    """This function will make the comment that answers one command."""
    sign = _SIGN[receipt.status]
    head = f"{sign} {code(receipt.line)} **{receipt.status}** · {code(receipt.reason)} · for {code(receipt.author)}"
    parts = [head, receipt.text]
    if receipt.not_run:
        lines = ", ".join(code(line) for line in receipt.not_run)
        parts.append(f"Not carried out because of this: {lines}.")
    body = "\n\n".join(part for part in parts if part)
    return f"{receipt_marker(receipt.key)}\n{cut(body, _LIMIT)}"


def receipt_of(request: ObeyRequest, command: Command, outcome: Outcome) -> Receipt:
    """This function will make the receipt of a command from its outcome."""
    if isinstance(outcome, Continues):
        return queued_receipt(request, command, outcome.text)
    status, reason = _standing(outcome)
    receipt = replace(queued_receipt(request, command, outcome.text), status=status, reason=reason)
    return receipt if status is Status.SUCCEEDED else replace(receipt, not_run=not_run(request, command))


def queued_receipt(request: ObeyRequest, command: Command, text: str) -> Receipt:
    """This function will make the receipt of a command that waits for its turn."""
    return Receipt(
        number=request.number,
        key=receipt_key(request, command),
        line=command.line,
        author=request.author.login,
        status=Status.QUEUED,
        reason=Reason.IN_TURN,
        text=text,
    )


def not_run(request: ObeyRequest, command: Command) -> tuple[str, ...]:
    """This function will return the lines that are not carried out when this command stops the rest."""
    return tuple(other.line for other in request.commands if other.index > command.index)


def _standing(outcome: Done | Refused | Failed) -> tuple[Status, Reason]:
    match outcome:
        case Done():
            return Status.SUCCEEDED, Reason.DONE
        case Refused(reason=reason):
            return Status.REFUSED, reason
        case Failed(reason=reason):
            return Status.FAILED, reason
        case _:
            assert_never(outcome)


def failed_by(error: GitHubError) -> Failed:
    """This function will word an answer of GitHub that a command cannot go on with."""
    is_down = isinstance(error, Unavailable | Uncertain)
    reason = Reason.GITHUB_UNAVAILABLE if is_down else Reason.GITHUB_REFUSED
    advice = " Write the command again in a while." if is_down else ""
    return Failed(reason=reason, text=f"{escape(str(error))}{advice}")

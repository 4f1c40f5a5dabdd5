"""Says how a command went: the receipt as one comment."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

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
from bot.markdown import code, cut, marker

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    return f"{receipt_marker(receipt.key)}\n{cut(body, _LIMIT)}\n"


def receipt_of(request: ObeyRequest, command: Command, outcome: Outcome) -> Receipt:
    """This function will make the receipt of a command from its outcome."""
    status, reason = _standing(outcome)
    stops = status not in {Status.SUCCEEDED, Status.QUEUED}
    return Receipt(
        number=request.number,
        key=receipt_key(request, command),
        line=command.line,
        author=request.author.login,
        status=status,
        reason=reason,
        text=outcome.text,
        not_run=not_run(request, command) if stops else (),
    )


def not_run(request: ObeyRequest, command: Command) -> tuple[str, ...]:
    """This function will return the lines that are not carried out when this command stops the rest."""
    rest: Sequence[Command] = [other for other in request.commands if other.index > command.index]
    return tuple(other.line for other in rest)


def _standing(outcome: Outcome) -> tuple[Status, Reason]:
    match outcome:
        case Done():
            return Status.SUCCEEDED, Reason.DONE
        case Refused(reason=reason):
            return Status.REFUSED, reason
        case Failed(reason=reason):
            return Status.FAILED, reason
        case Continues():
            return Status.QUEUED, Reason.IN_TURN
        case _:
            assert_never(outcome)

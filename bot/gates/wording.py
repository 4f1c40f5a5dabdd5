"""Chooses the gates that a word is about, and says what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.gates.ledger import Word
from bot.gates.model import GateState
from bot.gates.render import quoted, render_subject
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.gates.model import Gate


def choose_gates(waiting: Sequence[Gate], environment: str, *, verb: str) -> tuple[Gate, ...] | Refused:
    """This function will return the gates of the environment, or of the only one that waits where none is named."""
    names = sorted(
        {gate.subject.environment.casefold(): gate.subject.environment for gate in waiting}.items()
    )
    if not names:
        text = (
            f"Nothing waits for approval in this pull request. {code('/deploy ENV')} asks for a deployment."
        )
        return Refused(reason=Reason.NOTHING_WAITS, text=text)
    listed = ", ".join(code(f"/{verb} {quoted(name)}") for _, name in names)
    if not environment and len(names) > 1:
        return Refused(reason=Reason.MISSING_ARGUMENT, text=f"More than one waits; write {listed}.")
    wanted = environment.casefold() or names[0][0]
    chosen = tuple(gate for gate in waiting if gate.subject.environment.casefold() == wanted)
    if chosen:
        return chosen
    text = f"Nothing waits for {code(environment)} here. What can be answered: {listed}."
    return Refused(reason=Reason.NOTHING_WAITS, text=text)


def render_taken(word: Word, gates: Sequence[Gate]) -> str:
    """This function will say what a word was about and how the gates stand with it."""
    lines = []
    for gate in gates:
        subject = render_subject(gate.subject)
        if word is Word.REJECT:
            lines.append(f"Rejected: {subject}. {gate.text}")
            continue
        plan = f", plan {code(gate.subject.plan_digest[:12])}" if gate.subject.plan_digest else ""
        waits = "It goes ahead. " if gate.state is GateState.APPROVED else "It still waits. "
        lines.append(f"You approved {subject}{plan}. {waits}{gate.text}")
    return "\n\n".join(lines)

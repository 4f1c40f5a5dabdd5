"""Reads the end of what an agent's terminal shows, with secrets masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.markdown import escape
from bot.redaction import redact
from bot.supervision.answering.masking import masked
from bot.supervision.hosts.model import Result, Unknown
from bot.supervision.sessions.orders import showing

if TYPE_CHECKING:
    from bot.supervision.hosts.model import Host
    from bot.supervision.sessions.orders import Place

_MOST_TOLD = 300  # characters of a host's own words that are repeated
_WORD = "shown"
_NOT_SHOWN = {
    "no-session": "has no tmux session",
    "no-tmux": "is on a host without tmux",
    "taken": "has no tmux session: what is called so is another agent's",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """What it shows, or why that is not known."""

    text: str = ""  # foreign, without secrets
    problem: str = ""  # safe Markdown that follows the agent's name; empty where it is known
    is_unknown: bool = False  # whether the host did not say


async def read_terminal(host: Host, place: Place, *, lines: int) -> Terminal:
    """This function will read the last lines of a session's terminal."""
    return read_answer(await host.run(showing(place, lines=lines)))


def read_answer(answer: Result | Unknown) -> Terminal:
    """This function will understand what `terminal.sh` said."""
    if isinstance(answer, Unknown):
        return Terminal(problem=f"did not show its terminal: {escape(answer.why)}", is_unknown=True)
    word, _, text = answer.out.partition("\n")
    if answer.code == 0 and word == _WORD:
        return Terminal(text=masked(text))
    if answer.code == 0 and word in _NOT_SHOWN:
        return Terminal(problem=_NOT_SHOWN[word])
    told = escape(redact(answer.err or text)[:_MOST_TOLD])
    why = f": {told}" if told else ""
    return Terminal(
        problem=f"did not show its terminal (exit {answer.code}{why})", is_unknown=answer.code == 0
    )

"""Reads the end of what an agent's terminal shows, with secrets masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.markdown import escape
from bot.redaction import redact
from bot.supervision.hosts.model import MOST_OUTPUT, Result, Unknown
from bot.supervision.programs.ordering import program

if TYPE_CHECKING:
    from bot.config.agents import AgentConfig
    from bot.supervision.hosts.model import Host

_PATIENCE = timedelta(seconds=20)
_ANYWHERE = "/"  # where no work tree says whose the session is
_MOST_TOLD = 300  # characters of a host's own words that are repeated
_WORD = "shown"
_MOST_BYTES = MOST_OUTPUT - 100  # beside the word
_NOT_SHOWN = {
    "no-session": "has no tmux session",
    "no-tmux": "is on a host without tmux",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """What it shows, or why that is not known."""

    text: str = ""  # foreign, without secrets
    problem: str = ""  # safe Markdown that follows the agent's name; empty where it is known
    is_unknown: bool = False  # whether the host did not say


async def read_terminal(host: Host, name: str, config: AgentConfig, *, lines: int) -> Terminal:
    """This function will read the last lines of an agent's terminal."""
    order = program(
        "terminal",
        name,
        config.session or name,
        config.socket or "",
        str(lines),
        str(_MOST_BYTES),
        folder=config.work_tree or _ANYWHERE,
        timeout=_PATIENCE,
    )
    return read_answer(await host.run(order))


def read_answer(answer: Result | Unknown) -> Terminal:
    """This function will understand what `terminal.sh` said."""
    if isinstance(answer, Unknown):
        return Terminal(problem=f"did not show its terminal: {escape(answer.why)}", is_unknown=True)
    word, _, text = answer.out.partition("\n")
    if answer.code == 0 and word == _WORD:
        return Terminal(text=redact(text))
    if answer.code == 0 and word in _NOT_SHOWN:
        return Terminal(problem=_NOT_SHOWN[word])
    told = escape(redact(answer.err or answer.out)[:_MOST_TOLD])
    why = f": {told}" if told else ""
    return Terminal(problem=f"did not show its terminal (exit {answer.code}{why})")

"""Starts a session on its host, once for each key, and reads what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.markdown import code, escape
from bot.supervision.hosts.model import Result, Unknown
from bot.supervision.sessions.model import Process
from bot.supervision.sessions.orders import starting

if TYPE_CHECKING:
    from bot.supervision.hosts.model import Host
    from bot.supervision.sessions.orders import Beginning, Place

_PROCESS = 4  # the word, the pane, the process, its start
_MOST_TOLD = 300  # characters of a host's own words that are repeated


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What came of a start."""

    name: str
    is_begun: bool
    process: Process | None = None
    text: str = ""  # safe Markdown, a sentence: why it was not
    is_unknown: bool = False  # whether its host did not say


async def begin(host: Host | str, place: Place, beginning: Beginning) -> Begun:
    """This function will start the session and say how it went; what runs already is not started again."""
    if isinstance(host, str):
        return Begun(
            name=place.name, is_begun=False, text=f"Its host is not reached: {host}.", is_unknown=True
        )
    return read_start(await host.run(starting(place, beginning)), place.name)


def read_start(answer: Result | Unknown, name: str) -> Begun:
    """This function will understand what `start.sh` said."""
    if isinstance(answer, Unknown):
        text = f"Its host did not say whether it was started: {_quoted(answer.why)}."
        return Begun(name=name, is_begun=False, text=text, is_unknown=True)
    word, *rest = answer.out.splitlines() or [""]
    if (
        answer.code == 0
        and word in {"started", "running"}
        and len(rest) == _PROCESS - 1
        and rest[1].isdecimal()
    ):
        process = Process(pane=rest[0], pid=int(rest[1]), started=rest[2])
        return Begun(name=name, is_begun=True, process=process)
    told = " ".join(rest)
    said = {
        "no-tmux": "its host has no tmux",
        "no-folder": "its work tree is not there",
        "taken": f"its session is that of another agent ({code(told)})",
        "adrift": f"its process {code(told)} runs, and its session is not to be found",
        "unclear": f"its host could not tell: {_quoted(told)}",
        "failed": f"tmux says: {_quoted(told)}",
    }
    why = said.get(word) if answer.code == 0 else f"exit {answer.code}: {_quoted(answer.err or answer.out)}"
    text = f"It could not be started: {why or 'its host did not say why'}."
    return Begun(name=name, is_begun=False, text=text)


def _quoted(text: str) -> str:
    return escape(" ".join(text.split())[:_MOST_TOLD])

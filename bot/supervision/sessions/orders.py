"""Orders to run the programs about sessions on a host."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from bot.supervision.hosts.model import MOST_OUTPUT, Order
from bot.supervision.programs.ordering import NAME, script
from bot.supervision.sessions.model import tmux_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config.agents import AgentConfig, HeartbeatConfig
    from bot.supervision.sessions.model import Process

_PROBING, _STARTING, _SHOWING = timedelta(seconds=50), timedelta(seconds=40), timedelta(seconds=20)
_SIGNALLING = timedelta(seconds=20)
_WORDS = 100  # bytes of an answer beside what was asked for
_ANYWHERE = "/"  # where no work tree says whose the session is


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a session is: what tells it from every other one on its host."""

    repository_id: int
    name: str  # of the agent
    agent: AgentConfig
    process: Process | None  # as it was seen last

    @property
    def arguments(self) -> tuple[str, ...]:
        """The place as the programs are given it."""
        process = self.process
        seen = ("", "", "") if process is None else (process.pane, str(process.pid), process.started)
        mark = f"{self.repository_id}/{self.name}"
        return (
            mark,
            tmux_session(self.name, self.agent),
            self.agent.socket or "",
            self.agent.work_tree or "",
            *seen,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """How a session is started."""

    key: str  # the same start has the same
    command: str
    is_forced: bool = False  # whether what runs is ended first


def probing(places: Sequence[Place], *, marks: bool) -> Order:
    """This function will make the order to look at the sessions, those whose owner is the first's.

    Args:
        places: where they are.
        marks: whether sessions found by their names are marked, so that they are found under another.
    """
    arguments = [each for place in places for each in (*place.arguments, *_sign(place.agent.heartbeat))]
    return Order(
        argv=("sh", "-c", _text("probe"), NAME, "yes" if marks else "no", *arguments),
        folder=places[0].agent.work_tree or _ANYWHERE,
        timeout=_PROBING,
    )


def starting(place: Place, beginning: Beginning) -> Order:
    """This function will make the order to start the session, once for its key."""
    asked = (
        beginning.key,
        beginning.command,
        place.agent.model or "",
        "yes" if beginning.is_forced else "no",
    )
    return Order(
        argv=("sh", "-c", _text("start"), NAME, *place.arguments, *asked),
        folder=place.agent.work_tree or _ANYWHERE,
        timeout=_STARTING,
    )


def showing(place: Place, *, lines: int) -> Order:
    """This function will make the order to show the last lines of the session's terminal."""
    most = MOST_OUTPUT - _WORDS
    return Order(
        argv=("sh", "-c", _text("terminal"), NAME, *place.arguments, str(lines), str(most)),
        folder=place.agent.work_tree or _ANYWHERE,
        timeout=_SHOWING,
    )


def signalling(place: Place, *, is_resume: bool) -> Order:
    """This function will make the order to stop what runs in the session, or to let it go on."""
    action = "CONT" if is_resume else "STOP"
    return Order(
        argv=("sh", "-c", _text("signal"), NAME, action, *place.arguments),
        folder=place.agent.work_tree or _ANYWHERE,
        timeout=_SIGNALLING,
    )


def _sign(heartbeat: HeartbeatConfig) -> tuple[str, str]:
    for kind in ("file", "log", "command"):
        given: str | None = getattr(heartbeat, kind)
        if given is not None:
            return kind, given
    return "terminal", ""


@cache
def _text(name: str) -> str:
    """The program, behind what finds panes."""
    return f"{script('panes')}\n{script(name)}"

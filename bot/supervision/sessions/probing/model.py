"""What a host told of a session."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.supervision.sessions.model import Process  # noqa: TC001 - msgspec reads the annotations at run time


class Found(StrEnum):
    """What was found where the session should be."""

    RUNS = "runs"
    ENDED = "ended"  # its pane is there, its process is not
    GONE = "gone"  # neither its pane nor its process is there
    ABSENT = "absent"  # no pane, and none was ever seen
    UNCLEAR = "unclear"  # nothing is concluded


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One session at one moment."""

    name: str  # of the agent
    found: Found
    why: str = ""  # safe Markdown, a sentence without its full stop: why it is unclear, how it is gone
    process: Process | None = None
    status: int | None = None  # with which it ended
    signal: int | None = None  # that ended it
    key: str = ""  # of the start that made it what it is
    running: int = 0  # processes below its pane's own that are not stopped
    stopped: int = 0
    copies: int = 1  # panes that bear its mark and run
    sign: str = ""  # of life
    session: str = ""  # how its tmux session is called now

    @property
    def is_over(self) -> bool:
        """Whether it does not run, as far as was seen."""
        return self.found in {Found.ENDED, Found.GONE, Found.ABSENT}

    def is_same_end(self, other: Seen) -> bool:
        """This function will say whether both are evidence of one and the same end."""
        return (self.found, self.process, self.status, self.signal) == (
            other.found,
            other.process,
            other.status,
            other.signal,
        )

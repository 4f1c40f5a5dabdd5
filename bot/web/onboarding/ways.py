"""The ways to GitHub and back that a browser has set out on; they outlive a process that is killed, for an hour."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.config.credentials import CredentialsError, write_private
from bot.web.onboarding.asking import Asked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.web.onboarding.door import Door

KEPT_FOR = timedelta(hours=1)  # as long as GitHub's code works
_MOST = 8  # that one browser may have open


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to GitHub and back; the state that GitHub brings back is its key."""

    asked: Asked
    code: str = ""  # what GitHub led back with, where it could not be exchanged yet
    may_be_spent: bool = False  # it was sent once, and the answer was lost


class Ways:
    """Keeps the ways of the browser that was let in, in a file beside the credentials too.

    The file has digests of the session and of each state, and no code: what it tells opens nothing. It goes when the
    set-up ends, when it is stopped, and when another browser is let in: who stops a set-up that a stranger has opened
    shuts them out.

    Args:
        path: of the credentials.
        door: knows the browser; after a kill it is told which one was in.
        clock: the time in UTC.
    """

    def __init__(self, path: Path, *, door: Door, clock: Callable[[], datetime]) -> None:
        self._path = path.with_name(f"{path.name}.ways")
        self._door = door
        self._clock = clock
        self._ways: dict[str, Way] = {}
        self._recall()

    def begin(self, state: str, asked: Asked) -> None:
        """This function will remember a way that is set out on."""
        self._ways[_digest(state)] = Way(asked=asked)
        while len(self._ways) > _MOST:
            del self._ways[next(iter(self._ways))]
        self._write()

    def find(self, state: str) -> Way | None:
        """This function will find the way that a state belongs to."""
        return self._ways.get(_digest(state))

    def change(self, state: str, way: Way) -> None:
        """This function will remember how a way went on."""
        self._ways[_digest(state)] = way
        self._write()

    def drop(self, state: str) -> None:
        """This function will forget a way that leads nowhere."""
        self._ways.pop(_digest(state), None)
        self._write()

    def begin_anew(self) -> None:
        """This function will forget the ways of another browser, now that this one is let in."""
        self._ways.clear()
        self._write()

    def end(self) -> None:
        """This function will leave nothing of them."""
        self._ways.clear()
        with suppress(OSError):
            self._path.unlink()

    def _write(self) -> None:
        ways = [
            {"state": state, "asked": asdict(way.asked), "may_be_spent": way.may_be_spent}
            for state, way in self._ways.items()
        ]
        at = self._clock().isoformat()
        told = json.dumps({"at": at, "session": self._door.session_digest, "ways": ways})
        with suppress(CredentialsError):  # where this cannot be written, they do not outlive the process
            write_private(self._path, told)

    def _recall(self) -> None:
        try:
            told: Any = json.loads(self._path.read_text(encoding="utf-8"))
            age = self._clock() - datetime.fromisoformat(told["at"])
            session = str(told["session"])
            ways = {
                str(one["state"]): Way(asked=Asked(**one["asked"]), may_be_spent=one["may_be_spent"])
                for one in told["ways"]
            }
        except (OSError, ValueError, TypeError, KeyError):
            return self.end()
        if not timedelta() <= age < KEPT_FOR:
            return self.end()
        self._ways = ways
        return self._door.resume(session)


def _digest(state: str) -> str:
    """States are long and random: nobody finds one by its digest."""
    return hashlib.sha256(state.encode(errors="replace")).hexdigest()

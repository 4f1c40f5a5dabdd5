"""Reads a stream of server-sent events.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_BYTES = 64 << 20  # of one event: a payload of GitHub's is 25 MB at most, and its quotes may be escaped
_BOM = b"\xef\xbb\xbf"
_END_OF_LINE = re.compile(rb"\r\n|\n|\r(?=.)", re.DOTALL)  # a last CR may be half of a CRLF


class StreamError(Exception):
    """What comes is no stream of events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event."""

    name: str
    data: str


class EventStream:
    """Takes a stream in pieces of any size, and gives the events that are whole."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._is_first = True
        self._name = ""
        self._data: list[str] = []
        self._size = 0

    def feed(self, piece: bytes) -> list[Event]:
        """This function will take the next piece and give the events that it completes.

        Raises:
            StreamError: an event is larger than any that is forwarded.
        """
        was_half = self._rest.endswith(b"\r")
        self._rest += piece
        events: list[Event] = []
        if was_half or b"\n" in piece or b"\r" in piece:  # a payload may come in hundreds of pieces
            *lines, self._rest = map(bytearray, _END_OF_LINE.split(self._rest))
            events = [event for line in lines if (event := self._take(line)) is not None]
        if len(self._rest) + self._size > MOST_BYTES:
            raise StreamError(f"an event is larger than {MOST_BYTES >> 20} MB")
        return events

    def _take(self, line: bytearray) -> Event | None:
        if self._is_first:
            line, self._is_first = line.removeprefix(_BOM), False
        if not line:
            return self._dispatch()
        field, _, value = line.decode("utf-8", errors="replace").partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            self._name = value
        elif field == "data":
            self._data.append(value)
            self._size += len(value)
        return None

    def _dispatch(self) -> Event | None:
        name, data = self._name, self._data
        self._name, self._data, self._size = "", [], 0
        return Event(name=name or "message", data="\n".join(data)) if data else None

"""A stream of server-sent events is read as browsers read it, whatever its pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.forwarding import events
from bot.web.forwarding.events import Event, EventStream, StreamError

STREAM = (
    "\ufeff: a comment\n"
    "id: 0\nevent: ready\ndata: {}\n\n"
    "data: first\r\ndata:second\r\nretry: 10\r\n\r\n"
    "data\rdata\r\r"
    "event: only a name\n\n"
    "data: Größe\n\n"
    "data: cut off"
).encode()
EVENTS = [
    Event(name="ready", data="{}"),
    Event(name="message", data="first\nsecond"),
    Event(name="message", data="\n"),
    Event(name="message", data="Größe"),
]


def read(*pieces: bytes) -> list[Event]:
    """All events of a stream that comes in these pieces."""
    stream = EventStream()
    return [event for piece in pieces for event in stream.feed(piece)]


def test_events_are_read() -> None:
    """An event without data is none, and neither is one that the stream ends in."""
    assert read(STREAM) == EVENTS


@given(st.lists(st.integers(0, len(STREAM)), max_size=20).map(sorted))
def test_pieces_do_not_matter(cuts: list[int]) -> None:
    edges = [0, *cuts, len(STREAM)]
    assert read(*(STREAM[a:b] for a, b in pairwise(edges))) == EVENTS


def test_one_byte_at_a_time() -> None:
    assert read(*(STREAM[place : place + 1] for place in range(len(STREAM)))) == EVENTS


def test_what_is_no_utf8_breaks_nothing() -> None:
    (event,) = read(b"data: \xff\n\n")
    assert event.data == "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("piece", [b"data: " + b"x" * 60, b"data: xxxxxxxxxxxxxxxxx\n" * 4])
def test_an_event_without_end_is_refused(piece: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line or in many: the memory is not the proxy's to fill."""
    monkeypatch.setattr(events, "MOST_BYTES", 50)
    with pytest.raises(StreamError):
        read(piece)

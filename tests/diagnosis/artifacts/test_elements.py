"""XML that strangers wrote, some of it to do harm."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from bot.diagnosis.artifacts.elements import DEEPEST, LONGEST, TEXT, Begun, Ended, elements
from bot.diagnosis.artifacts.model import Damaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><testsuite>&c;</testsuite>'
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite>&a;</testsuite>'
PARAMETER = b'<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x.dtd">%a;]><testsuite/>'


def texts(chunks: Iterable[bytes]) -> list[str]:
    return [event.text for event in elements(chunks) if isinstance(event, Ended)]


def until_damaged(chunks: Iterable[bytes]) -> tuple[list[str], str]:
    """The names of the elements that were begun, and what was complained of then."""
    names: list[str] = []
    try:
        names.extend(event.name for event in elements(chunks) if isinstance(event, Begun))
    except Damaged as error:
        return names, str(error)
    return names, ""


def test_elements_come_in_the_order_of_the_file_without_their_namespace() -> None:
    events = list(elements([b'<a xmlns:x="urn:x"><x:b x:k="1">text<c/> more</x:b></a>']))
    assert [type(event).__name__ + " " + event.name for event in events] == [
        "Begun a",
        "Begun b",
        "Begun c",
        "Ended c",
        "Ended b",
        "Ended a",
    ]
    assert events[1] == Begun("b", {"k": "1"})
    assert events[4] == Ended("b", "text more")


@pytest.mark.parametrize("bomb", [BOMB, OUTSIDE, PARAMETER])
def test_entities_are_never_expanded_nor_fetched(bomb: bytes) -> None:
    with pytest.raises(Damaged, match="declares entities"):
        texts([bomb])


def test_a_document_type_alone_is_harmless() -> None:
    assert texts([b"<!DOCTYPE testsuite><testsuite>x</testsuite>"]) == ["x"]


@pytest.mark.parametrize("cut", [b"<a><b>text</b><c", b"<a><b>text</b>", b"<a><b>text</b></x>"])
def test_what_stood_before_the_damage_was_read(cut: bytes) -> None:
    names, problem = until_damaged([cut])
    assert names[:2] == ["a", "b"]
    assert "no well-formed XML" in problem


def test_an_empty_file_holds_nothing() -> None:
    assert until_damaged([]) == ([], "")


def test_bytes_that_are_no_text_and_control_characters_do_not_end_the_reading() -> None:
    broken = [b"<a>ok \xff\xfe\x1b[31m red\x00</a>"]
    assert texts(broken) == ["ok \ufffd\ufffd\ufffd[31m red\ufffd"]


def test_a_letter_may_be_cut_in_two() -> None:
    assert texts([b"<a>\xc3", b"\xa9</a>"]) == ["é"]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("iso-8859-1", "iso-8859-1"), ("utf-8", "US-ASCII")],
)
def test_other_encodings_are_read_as_declared(encoding: str, declared: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?><a>é</a>'
    assert texts([text.encode(encoding)]) == ["é"]


def test_an_unknown_encoding_is_damage() -> None:
    assert until_damaged([b'<?xml version="1.0" encoding="x-none"?><a/>'])[1]


def test_a_long_text_is_cut() -> None:
    pieces = [b"<a>", *[b"x" * 10_000] * 20, b"</a>"]
    assert [len(text) for text in texts(pieces)] == [TEXT]


def test_elements_do_not_lie_in_each_other_for_ever() -> None:
    names, problem = until_damaged([b"<a>" * 10_000])
    assert len(names) <= DEEPEST
    assert "deep" in problem


def test_an_endless_tag_ends() -> None:
    def endless() -> Iterator[bytes]:
        yield b"<a><b k='"
        while True:
            yield b"x" * (256 * 1024)

    names, problem = until_damaged(endless())
    assert names == ["a"]
    assert f"{LONGEST >> 20} MB" in problem


def test_a_huge_file_needs_little_memory() -> None:
    """8 MB of tests, in 128 KB pieces."""
    case = b'<testcase name="t" classname="c">' + b"y" * 400 + b"</testcase>"
    pieces = [b"<testsuite>", *[case * 280] * 64, b"</testsuite>"]
    tracemalloc.start()
    count = sum(1 for event in elements(pieces) if isinstance(event, Ended))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 280 * 64 + 1
    assert peak < 4 << 20

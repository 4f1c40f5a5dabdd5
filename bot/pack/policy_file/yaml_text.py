"""Writes plain values as YAML that a person would have written."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WIDTH = 100
_TWO_BYTES = 0xFFFF
_BARE = re.compile(r"[A-Za-z_./][A-Za-z0-9_./@+-]*")  # in a flow sequence, too
_BARE_LINE = re.compile(r"[A-Za-z_./](?:[A-Za-z0-9_./@+=*'$\"()|&<>,;~^!?\[\]{} -]|:(?=\S))*(?<! )")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"})
_NUMBER_LIKE = re.compile(r"[.+-]*(\d|inf$|nan$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands."""

    column: int
    step: int = 2  # how much deeper what is in it stands

    @property
    def within(self) -> Place:
        """Where what is in it stands."""
        return Place(self.column + self.step, self.step)


def entry_lines(key: str, value: Any, place: Place) -> list[str]:
    """This function will write an entry of a mapping, each line without its end."""
    return list(_entry(key, value, place))


def scalar(value: Any, *, in_flow: bool = False) -> str:
    """This function will write a value that fits into one line."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return json.dumps(value)
        case _:
            text = str(value)
            return text if _is_bare(text, _BARE if in_flow else _BARE_LINE) else _quoted(text)


def _is_bare(text: str, form: re.Pattern[str]) -> bool:
    return bool(
        form.fullmatch(text)
        and " #" not in text
        and text.lower() not in _WORDS
        and not _NUMBER_LIKE.match(text)
    )


def _quoted(text: str) -> str:
    """In double quotes, whose escapes are those of JSON; what no YAML may hold as it is, is escaped."""
    found = json.dumps(text, ensure_ascii=False)
    return "".join(one if one.isprintable() else _escaped(one) for one in found)


def _escaped(sign: str) -> str:
    """Beyond the first 65,536 signs JSON writes two, which YAML does not put together."""
    number = ord(sign)
    return f"\\U{number:08X}" if number > _TWO_BYTES else f"\\u{number:04X}"


def _entry(key: str, value: Any, place: Place) -> Iterator[str]:
    start = f"{' ' * place.column}{scalar(key, in_flow=True)}:"
    match value:
        case dict() if value:
            yield start
            yield from _mapping(value, place.within)
        case dict():
            yield f"{start} {{}}"
        case list() | tuple():
            yield from _sequence(start, value, place.within)
        case str() if _is_block(value):
            yield f"{start} |-" if not value.endswith("\n") else f"{start} |"
            yield from (" " * place.within.column + line if line else "" for line in value.splitlines())
        case _:
            yield f"{start} {scalar(value)}"


def _mapping(value: Mapping[str, Any], place: Place) -> Iterator[str]:
    for key, inner in value.items():
        yield from _entry(key, inner, place)


def _sequence(start: str, value: Sequence[Any], place: Place) -> Iterator[str]:
    inner = " " * place.column
    if any(isinstance(one, dict) for one in value):
        yield start
        for one in value:
            first, *rest = list(_mapping(one, Place(place.column + 2, place.step))) or ["{}"]
            yield f"{inner}- {first.strip()}"
            yield from rest
        return
    flow = f"{start} [{', '.join(scalar(one, in_flow=True) for one in value)}]"
    if len(flow) <= _WIDTH:
        yield flow
        return
    yield start
    yield from (f"{inner}- {scalar(one)}" for one in value)


def _is_block(text: str) -> bool:
    """Whether a text of several lines can stand as it is: a blank at its start would be taken for its indentation."""
    lines = text.splitlines()
    return (
        len(lines) > 1
        and not lines[0].startswith((" ", "\t"))
        and bool(lines[0])
        and text == "\n".join(lines) + ("\n" if text.endswith("\n") else "")
        and not text.endswith("\n\n")
        and all(one.isprintable() for one in lines)
    )

"""Finds what a pull request's description says that it depends on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from bot.commands.parse import inline_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

MOST = 20  # of one description
_LONGEST = 65_536  # as long as GitHub lets it be
_TEXT = {"text", "softbreak", "hardbreak"}
_HIDDEN = {"blockquote", "table"}
_LINE = re.compile(r"^[ \t]*depends[- ]on:(.*)$", re.IGNORECASE | re.MULTILINE)
_NAMED = re.compile(
    r"(?:https://[^\s/]{1,100}/)?"
    r"(?P<place>[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100})?(?:#|/pull/|/issues/)(?P<number>[1-9][0-9]{0,8})\b"
)
_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """A pull request, here or in another repository."""

    repository: str  # owner/name, in lower case
    number: int

    def name(self, home: str) -> str:
        """This function will name it as it is written in the repository `home`."""
        return f"#{self.number}" if self.repository == home.casefold() else f"{self.repository}#{self.number}"


def depends_on(body: str, *, repository: str) -> tuple[Reference, ...]:
    """This function will find every `Depends-On: #12` that begins a line of the description as it is rendered.

    `owner/name#12` and addresses will do as well, and several in a line; what stands in code, quotations, tables or
    comments is no demand.
    """
    if "depends" not in body.casefold():
        return ()
    text = "\n".join(_paragraphs(_MARKDOWN.parse(body[:_LONGEST])))
    found = (
        Reference((match["place"] or repository).casefold(), int(match["number"]))
        for line in _LINE.findall(text)
        for match in _NAMED.finditer(line)
    )
    return tuple(dict.fromkeys(found))[:MOST]


def _paragraphs(tokens: list[Token]) -> Iterator[str]:
    for children, around in inline_parts(tokens):
        if not _HIDDEN & around:
            yield "".join(_text(child) for child in children)


def _text(child: Token) -> str:
    if child.type in _TEXT:
        return child.content or "\n"
    return " "  # code and comments say nothing, and what stands behind them on the line begins no line

"""Walks over every page that is linked, and reads what stands in it as a browser would."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.dashboard import Board, Shown

_MOST_PAGES = 400
# Two addresses that differ in these alone show the same page.
_FOLDED = (
    (re.compile(r"/repos/[^/?]+/[^/?]+"), "/repos/O/R"),
    (re.compile(r"[0-9a-f]{8,}"), "H"),
    (re.compile(r"\d+"), "N"),
)


@dataclass(frozen=True)
class Form:
    """A form as it stands in a page."""

    method: str
    action: str
    fields: tuple[str, ...]


@dataclass
class Content:
    """What a browser would find in a page."""

    elements: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return [given["href"] for name, given in self.elements if name == "a" and "href" in given]


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.content = Content()
        self._address = address
        self._form: tuple[str, str] | None = None
        self._fields: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.content.elements.append((tag, given))
        if tag == "form":
            action = urljoin(self._address, given.get("action", "") or self._address)
            self._form, self._fields = (given.get("method", "get").lower(), action), []
        elif tag in {"input", "select", "textarea", "button"} and given.get("name"):
            self._fields.append(given["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form is not None:
            self.content.forms.append(Form(*self._form, tuple(self._fields)))
            self._form = None


def read(address: str, text: str) -> Content:
    """This function will read a page."""
    reader = _Reader(address)
    reader.feed(text)
    reader.close()
    return reader.content


def shape(address: str) -> str:
    """This function will give what addresses of the same page have in common."""
    parts = urlsplit(address)
    path = parts.path
    for pattern, folded in _FOLDED:
        path = pattern.sub(folded, path)
    return f"{path}?{'&'.join(sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True)))}"


async def crawl(board: Board, *starts: str) -> dict[str, Shown]:
    """This function will read one page of each shape that can be reached by links, the board's viewer looking."""
    waiting, known = deque(["/", *starts]), {shape(each) for each in ("/", *starts)}
    found: dict[str, Shown] = {}
    while waiting and len(found) < _MOST_PAGES:
        address = waiting.popleft()
        shown = found[address] = await board.get(address)
        if not shown.headers.get("Content-Type", "").startswith("text/html"):
            continue
        for link in read(address, shown.text).links:
            to = urljoin(address, link).split("#")[0]
            if (
                to.startswith("/")
                and not to.startswith(("//", "/static/", "/ci/"))
                and shape(to) not in known
            ):
                known.add(shape(to))
                waiting.append(to)
    return found

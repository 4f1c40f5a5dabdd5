"""Renders Markdown of comments as GitHub shows it, and lets nothing through that could run."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markupsafe import Markup

from bot.localhub.pages.charts import frame

if TYPE_CHECKING:
    from collections.abc import Iterable

_PARSER = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable(["table", "strikethrough"])

# What GitHub keeps, without everything that could load, run or restyle:
# https://github.github.com/gfm/#disallowed-raw-html-extension- and its published allow list.
_ALLOWED: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        [
            "p",
            "br",
            "hr",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "em",
            "strong",
            "b",
            "i",
            "s",
            "del",
            "ins",
            "sub",
            "sup",
            "kbd",
            "samp",
            "var",
            "q",
            "blockquote",
            "pre",
            "ul",
            "li",
            "summary",
            "dl",
            "dt",
            "dd",
            "table",
            "thead",
            "tbody",
            "tr",
            "tt",
        ],
        frozenset(),
    ),
    "a": frozenset({"href", "title"}),
    "code": frozenset({"class"}),
    "details": frozenset({"open"}),
    "ol": frozenset({"start"}),
    "th": frozenset({"align", "style", "colspan", "rowspan"}),
    "td": frozenset({"align", "style", "colspan", "rowspan"}),
}
_CHART = ("class", "language-mermaid")  # of the code that GitHub draws
_VOID = frozenset({"br", "hr"})
_SILENT = frozenset({"script", "style", "iframe", "object", "title", "textarea", "noscript", "svg", "math"})
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|/(?!/)|#)", re.IGNORECASE)
_ALIGN = re.compile(r"text-align:\s*(left|right|center)")
_TASK = re.compile(r"^\[([ xX])\] ")
_REFERENCE = re.compile(
    r"(?P<url>https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]])"
    r"|(?<![\w/@.`-])@(?P<login>[A-Za-z\d](?:[A-Za-z\d]|-(?=[A-Za-z\d])){0,38})(?![\w@/])"
    r"|(?<![\w/#&])#(?P<number>\d{1,9})\b"
    r"|(?<![\w/.@-])(?P<sha>[0-9a-f]{40})\b"
)


def render(text: str, *, repository: str) -> Markup:
    """This function will turn a comment's Markdown into safe HTML, with links to people, issues and commits."""
    cleaner = _Cleaner(repository)
    cleaner.feed(_PARSER.render(text))
    cleaner.close()
    return Markup(cleaner.result())  # noqa: S704 - the cleaner writes only allowed tags and escaped text


class _Cleaner(HTMLParser):
    """Copies allowed tags, escapes text, drops the rest, and closes what was left open."""

    def __init__(self, repository: str) -> None:
        super().__init__(convert_charrefs=True)
        self._repository = repository
        self._out: list[str] = []
        self._open: list[str] = []
        self._silent: list[str] = []
        self._chart: list[str] | None = None  # the text of the chart that is being read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        if self._silent or self._chart is not None or tag not in _ALLOWED:
            return
        if tag == "code" and _CHART in attrs and self._out and self._out[-1].startswith("<pre"):
            self._chart = []
        self._out.append(f"<{tag}{''.join(self._attributes(tag, attrs))}>")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._chart is not None and tag in {"code", "pre"}:
            self._draw(self._chart)
        if self._silent:
            if self._silent[-1] == tag:
                self._silent.pop()
            return
        if tag in self._open:
            while (closed := self._open.pop()) != tag:
                self._out.append(f"</{closed}>")
            self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._chart is not None:
            self._chart.append(data)
            return
        if self._open[-1:] == ["li"] and self._out[-1].startswith("<li"):
            data = self._task(data)
        if {"a", "code", "pre"} & set(self._open):
            self._out.append(escape(data, quote=False))
            return
        self._out.extend(_with_references(data, self._repository))

    def _draw(self, source: list[str]) -> None:
        """Put the frame of a chart in the place of its code."""
        self._chart = None
        del self._open[-2:], self._out[-2:]
        self._out.append(frame("".join(source)))

    def _task(self, data: str) -> str:
        box = _TASK.match(data)
        if box is None:
            return data
        state = "" if box[1] == " " else " checked"
        word = "done" if state else "to do"
        self._out.append(f'<input type="checkbox" disabled{state} aria-label="{word}"> ')
        return data[box.end() :]

    def result(self) -> str:
        """This function will give the cleaned HTML with everything closed."""
        return "".join(self._out) + "".join(f"</{tag}>" for tag in reversed(self._open))

    def _attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> Iterable[str]:
        for name, value in attrs:
            if name in _ALLOWED[tag] and (safe := _safe_value(tag, name, value or "")) is not None:
                yield f' {safe[0]}="{escape(safe[1])}"'
        if tag == "a":
            yield ' rel="nofollow noreferrer"'
        if tag == "pre":
            yield ' tabindex="0"'  # it may scroll sideways, by keyboard too


def _safe_value(tag: str, name: str, value: str) -> tuple[str, str] | None:
    if name == "href" and not _SAFE_LINK.match(value.strip()):
        return None
    if name == "style":
        aligned = _ALIGN.fullmatch(value.strip())
        return ("align", aligned[1]) if aligned else None
    if name == "class" and tag == "code" and not value.startswith("language-"):
        return None
    return name, value


def _with_references(text: str, repository: str) -> Iterable[str]:
    position = 0
    for match in _REFERENCE.finditer(text):
        yield escape(text[position : match.start()], quote=False)
        yield _reference(match, repository)
        position = match.end()
    yield escape(text[position:], quote=False)


def _reference(match: re.Match[str], repository: str) -> str:
    shown = escape(match[0])
    if match["url"]:
        return f'<a href="{shown}" rel="nofollow noreferrer">{shown}</a>'
    if match["login"]:
        return f'<strong class="mention">{shown}</strong>'
    if match["number"]:
        return f'<a href="/{escape(repository)}/issues/{match["number"]}">{shown}</a>'
    return f'<a href="/{escape(repository)}/commit/{shown}"><code>{shown[:7]}</code></a>'

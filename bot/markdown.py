"""Makes GitHub Markdown in which foreign text never renders as anything but text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PREFIX = "<!-- pilothouse:"
_INVISIBLE = (
    "\u200b"  # GitHub looks for mentions in the rendered text, so an entity for "@" would not stop it
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SPECIAL = re.compile(r"[\\`*_\[\]#|~$]|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
_AUTOLINK = re.compile(r"(?i)(@|#|\bgh-|://|\bwww\.|:(?=[\w+-]+:)|\b[0-9a-f]{7}(?=[0-9a-f]{0,33}\b))")
_KEY = re.compile(r"[^A-Za-z0-9._/:#+-]")
_BACKTICKS = re.compile(r"`+")


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(_PREFIX, f"<!-- pilothouse{_INVISIBLE}:")
    return _CONTROL.sub("", text)


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _broken(trigger: str) -> str:
    """A trigger of GitHub's own links, broken by a character without width."""
    return trigger[:-1] + _INVISIBLE + trigger[-1] + _INVISIBLE if len(trigger) > 1 else trigger + _INVISIBLE


def escape(text: str) -> str:
    """This function will make foreign text render as one line of plain text: no markup, mention or link."""
    plain = " ".join(_clean(text).split())
    broken = _AUTOLINK.sub(lambda found: _broken(found[1]), plain)
    return _entities(_SPECIAL.sub(r"\\\g<0>", broken))


def code(text: str) -> str:
    """This function will make an inline code span of foreign text; empty text stays empty."""
    plain = " ".join(_clean(text).split())
    if not plain:
        return ""
    ticks = "`" * (max((len(run) for run in _BACKTICKS.findall(plain)), default=0) + 1)
    pad = " " if plain[0] == "`" or plain[-1] == "`" else ""
    return f"{ticks}{pad}{plain}{pad}{ticks}"


def fence(text: str, language: str = "") -> str:
    """This function will put foreign text into a code block that it cannot break out of."""
    plain = _clean(text).strip("\n")
    longest = max((len(run) for run in _BACKTICKS.findall(plain)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{language}\n{plain}\n{ticks}"


def link(text: str, url: str) -> str:
    """This function will link already safe Markdown text; where the URL is not http(s), the text stays alone."""
    if not url.startswith(("https://", "http://")):
        return text
    target = "".join(_PERCENT.get(character, character) for character in _clean(url))
    return f"[{text}]({target})"


_PERCENT = {
    character: f"%{ord(character):02X}" for character in " \n\t<>()\"'`[]\\|"
}  # what could end the target of a link


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """This function will make a table of already safe Markdown cells."""
    lines = [_row(head), _row(["---"] * len(head))]
    lines += [_row(row) for row in rows]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    safe = (" ".join(cell.split()) for cell in cells)
    return "| " + " | ".join(re.sub(r"(?<!\\)((?:\\\\)*)\|", r"\1\\|", cell) for cell in safe) + " |"


def details(summary: str, body: str, *, is_open: bool = False) -> str:
    """This function will fold already safe Markdown away under a summary line of safe HTML."""
    tag = "<details open>" if is_open else "<details>"
    return f"{tag}\n<summary>{' '.join(summary.split())}</summary>\n\n{body}\n\n</details>"


def html(text: str) -> str:
    """This function will make foreign text safe where Markdown is not read, as in a details summary."""
    plain = _AUTOLINK.sub(lambda found: _broken(found[1]), " ".join(_clean(text).split()))
    plain = _entities(plain).replace('"', "&quot;").replace("'", "&#39;")
    return "".join(_ENTITY.get(character, character) for character in plain)


_ENTITY = {character: f"&#{ord(character)};" for character in "`*_[]~\\"}


def cut(text: str, limit: int, *, note: str = "…") -> str:
    """This function will shorten text to at most `limit` UTF-8 bytes, ending in the note where it was cut."""
    raw = text.encode()
    if len(raw) <= limit:
        return text
    room = max(0, limit - len(note.encode()))
    return raw[:room].decode(errors="ignore") + note


def marker(kind: str, key: str = "") -> str:
    """This function will make the hidden first line by which the bot finds its own comment again."""
    inner = f"{kind} {_KEY.sub('-', key)}" if key else kind
    return f"{_PREFIX}{inner} -->"

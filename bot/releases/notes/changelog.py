"""Words the notes of a release."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.markdown import code, cut, details, escape, link
from bot.releases.notes.entries import Section, by_section, entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.releases.notes.entries import Entry
    from bot.releases.notes.model import Notes

LONGEST = 125_000  # characters, which GitHub takes as the text of a release
_LONGEST_LINE = 400  # bytes of a title
_LONGEST_TOLD = 2_000  # of what a breaking change means
_CODE = re.compile(r"`([^`\n]+)`")
_SHA = re.compile(r"[0-9a-f]{40}")
_FOLDED = {Section.DEPENDENCIES, Section.OTHERS}
_ROOM = 2_000  # for headings and what stands at the end


def render_changelog(notes: Notes, ref: str, *, limit: int = LONGEST, refers: bool = True) -> str:
    """This function will word the notes of a release; where there is too much, what tells least is left out.

    Args:
        notes: What it holds.
        ref: The tag of the release, or the commit where it has none yet.
        limit: Of their length, in characters.
        refers: Whether pull requests are linked by their numbers; in a comment that would be told on each of them.
    """
    read = entries(notes.changes)
    newcomers = _newcomers(notes, refers=refers)
    end = "\n\n".join(part for part in (newcomers, _compared(notes, ref)) if part)
    room = limit - len(end) - _ROOM
    parts: list[str] = []
    for section, found in by_section(read).items():
        lines = _fitting((_line(notes, entry, refers=refers) for entry in found), room)
        room -= sum(len(line) + 1 for line in lines)
        parts.append(_section(section, lines, left_out=len(found) - len(lines)))
    if not read:
        parts.append("No changes that are worth telling.")
    return "\n\n".join([*parts, end])


def _fitting(lines: Iterable[str], room: int) -> list[str]:
    kept: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept


def _section(section: Section, lines: list[str], *, left_out: int) -> str:
    shown = [*lines, f"- … and {left_out} more"] if left_out else lines
    body = "\n".join(shown)
    if section in _FOLDED:
        return details(f"{section.value} ({len(lines) + left_out})", body)
    return f"### {section.value}\n\n{body}"


def _line(notes: Notes, entry: Entry, *, refers: bool) -> str:
    message, change = entry.message, entry.change
    is_plain = entry.section is Section.OTHERS  # what its type would tell is told by no heading
    scope = f"**{escape(message.scope)}:** " if message.scope and not is_plain else ""
    said = prose(cut(message.title if is_plain else message.description, _LONGEST_LINE))
    number = change.number or message.number
    where = _numbered(number, refers=refers) if number is not None else _commit(notes, change.sha)
    who = f" by {person(notes, change.login)}" if change.login else ""
    line = f"- {scope}{said} ({where}){who}"
    told = message.breaking
    if told is None or told == message.description:
        return line
    return f"{line}\n  {prose(cut(told, _LONGEST_TOLD))}"


def prose(text: str) -> str:
    """This function will make foreign text safe and keep what it marks as code."""
    return "".join(_pieces(" ".join(text.split())))


def _pieces(text: str) -> Iterator[str]:
    for index, piece in enumerate(_CODE.split(text)):
        if index % 2:
            yield code(piece)
            continue
        safe = escape(piece)
        before = " " if piece[:1] == " " and safe else ""
        yield f"{before}{safe}{' ' if piece[-1:] == ' ' else ''}"


def person(notes: Notes, login: str) -> str:
    """This function will link an account without mentioning it."""
    host = notes.web_url.rsplit("/", 2)[0]
    name = login.removesuffix("[bot]")
    return link(escape(login), f"{host}/{name}" if name == login else f"{host}/apps/{name}")


def _numbered(number: int, *, refers: bool) -> str:
    return f"#{number}" if refers else escape(f"#{number}")


def _commit(notes: Notes, sha: str) -> str:
    return link(code(sha[:7]), f"{notes.web_url}/commit/{sha}")


def _newcomers(notes: Notes, *, refers: bool) -> str:
    firsts: dict[str, int] = {}
    for change in reversed(notes.changes):
        if change.login in notes.newcomers and change.number is not None:
            firsts.setdefault(change.login, change.number)
    if not firsts:
        return ""
    lines = (
        f"- {person(notes, who)} made their first contribution in {_numbered(where, refers=refers)}"
        for who, where in firsts.items()
    )
    return "### New contributors\n\n" + "\n".join(lines)


def _compared(notes: Notes, ref: str) -> str:
    part = "" if notes.is_complete else " Not all of them are told of here."
    if not notes.previous_tag:
        return f"**All commits:** {link(code(_short(ref)), f'{notes.web_url}/commits/{ref}')}{part}"
    span = f"{notes.previous_tag}...{ref}"
    shown = f"{notes.previous_tag}...{_short(ref)}"
    return f"**All commits:** {link(code(shown), f'{notes.web_url}/compare/{span}')}{part}"


def _short(ref: str) -> str:
    return ref[:7] if _SHA.fullmatch(ref) else ref

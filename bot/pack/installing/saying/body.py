"""Writes the description of the pull request that brings a pipeline, and renews it without losing what people wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.markdown import code, cut, details, escape, fence, html, marker, table
from bot.pack.installing.model import Fate
from bot.pack.installing.saying.checklist import UNTICKED, checklist
from bot.pack.installing.saying.describing import purpose, users
from bot.pack.installing.saying.listing import MISSED, PLACE, difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.pack.installing.drafting import Draft
    from bot.pack.installing.model import Change

Row = tuple[str, str, str]
_BEGIN, _END = marker("init"), marker("init-end")
_INTRODUCTION = (
    "`pilothouse init` made this from what the repository holds. Change what is not right in "
    "`.github/pilothouse.yml` and run it again, or change the files here: your edits stay."
)
_TICKED = re.compile(r"^- \[[xX]\] (.*)$", re.MULTILINE)
_LONGEST = 60_000  # GitHub takes 65,536 characters
_LONGEST_DIFF = 6_000
_SETTLED: Mapping[Fate, str] = {
    Fate.MERGED: "your edits stay, what is new comes beside them",
    Fate.KEPT: "your edits stay; nothing is new there",
    Fate.DELETED: "you deleted it, and it stays away",
    Fate.RETIRED: "the pipeline has it no more; you changed it, so it is yours",
}
_OPEN: Mapping[Fate, str] = {
    Fate.CONFLICT: "You changed the very lines that are new. It stays as it is until you take the pack's by "
    "`--replace` or say that yours is right by `--keep`.",
    Fate.LOST: "You changed it, and what `init` had written is not to be found any more, so the two cannot be merged. "
    "It stays as it is: `--replace` takes the pack's, `--keep` says that yours is right.",
    Fate.FOREIGN: "There is a file of yours where the pack has one; `init` never wrote it and leaves it alone. "
    "`--replace` takes the pack's.",
}


def body_text(draft: Draft, there: Mapping[str, str], made: Mapping[str, str | None]) -> str:
    """This function will describe what the pull request brings.

    Args:
        draft: What was decided.
        there: Git's ids of the files of the branch it is for, by path.
        made: Git's ids of all files of the pack as the pull request has them; None where there is none.
    """
    texts = (_text(draft, _rows(draft, there, made), room) for room in _ROOMS)
    fitting = (text for text in texts if len(text) <= _LONGEST)
    return next(fitting, cut(_text(draft, {}, _ROOMS[-1]), _LONGEST, note=f"\n\n…\n\n{_END}"))


@dataclass(frozen=True, slots=True)
class _Room:
    """How much is shown of what may be long."""

    differences: int
    rows: int


_ROOMS = (_Room(8, 2_000), _Room(0, 2_000), _Room(0, 50))


def _text(draft: Draft, rows: Mapping[str, list[Row]], room: _Room) -> str:
    parts = [
        _BEGIN,
        _INTRODUCTION,
        _found(draft),
        *_tables(rows, room.rows),
        *_settled(draft),
        *_unsettled(draft, room.differences),
        f"### To do once\n\n{checklist(draft.pipeline, draft.about)}",
        _END,
    ]
    return "\n\n".join(part for part in parts if part)


def renewed(before: str, after: str) -> str:
    """This function will put a new description in place of the former one; ticks and people's own words stay.

    GitHub's own editor ends lines by two characters; here they end by one.
    """
    ticked = {line.strip() for line in _TICKED.findall(before)}
    lines = (_ticked(line, ticked) for line in after.split("\n"))
    text = "\n".join(lines)
    normal = before.replace("\r\n", "\n")
    start, end = normal.find(_BEGIN), normal.find(_END)
    if start < 0 or end < start:  # a person wrote another description
        return f"{normal.strip()}\n\n{text}" if normal.strip() else text
    return normal[:start] + text + normal[end + len(_END) :]


def _ticked(line: str, ticked: Iterable[str]) -> str:
    said = line.removeprefix(UNTICKED)
    return f"- [x] {said}" if line.startswith(UNTICKED) and said.strip() in ticked else line


def _found(draft: Draft) -> str:
    rows = [
        (
            code(one.name),
            one.kind.value,
            code(one.folder),
            str(len(one.members) or 1),
            ", ".join(map(code, one.binaries[:8])),
        )
        for one in draft.found
    ]
    return table(("Project", "Built with", "Folder", "Members", "Programs"), rows) if rows else ""


def _rows(draft: Draft, there: Mapping[str, str], made: Mapping[str, str | None]) -> Mapping[str, list[Row]]:
    """What this pull request changes, as its reader sees it: against the branch that it goes to, folder by folder."""
    rows: dict[str, list[Row]] = {}
    for change in draft.changes:
        word = _word(there.get(change.path), made.get(change.path))
        if word:
            said = _spans(purpose(change.path, change.offered))
            rows.setdefault(_place(change.path), []).append((code(change.path), word, said))
    return rows


def _tables(rows: Mapping[str, list[Row]], most: int) -> Iterator[str]:
    for place, found in sorted(rows.items()):
        text = table(("File", "", "What it is for"), found[:most])
        text += f"\n\n… and {len(found) - most} more" if len(found) > most else ""
        count = "1 file" if len(found) == 1 else f"{len(found)} files"
        yield details(f"{count} in <code>{html(place)}</code>", text) if place else text


def _place(path: str) -> str:
    """The folder under which files are folded away; empty for those that are shown at once."""
    top, _, rest = path.partition("/")
    if top == ".github" and not rest.startswith("actions/"):
        return ""
    return "/".join(path.split("/")[:2]) if "/" in rest else top


def _spans(text: str) -> str:
    """Plain text as Markdown, what is between backticks as code."""
    return "".join(code(part) if number % 2 else _words(part) for number, part in enumerate(text.split("`")))


def _words(text: str) -> str:
    outer = text.strip()
    return text.replace(outer, escape(outer)) if outer else text


def _word(before: str | None, after: str | None) -> str:
    if before == after:
        return ""
    return "new" if before is None else "removed" if after is None else "changed"


def _settled(draft: Draft) -> Iterator[str]:
    lines = [
        f"- {code(change.path)}: {_SETTLED[change.fate]}"
        for change in draft.changes
        if change.fate in _SETTLED
    ]
    lines += [
        f"- {code(PLACE + key)}: you decided it otherwise than what is found now; yours holds"
        for key in draft.decided
    ]
    if lines:
        yield "### What you had changed\n\n" + "\n".join(lines)
    if draft.trouble:
        yield (
            "> [!WARNING]\n> The record of what was written before is not used: "
            f"{escape(draft.trouble)}. Files that differ from the pack's were left alone."
        )


def _unsettled(draft: Draft, most: int) -> Iterator[str]:
    changes = [change for change in draft.changes if change.fate.needs_a_person]
    missed = [change for change in draft.changes if change.fate is Fate.DELETED]
    lines = [line for change in missed for line in _missed(change, draft)]
    if changes or lines:
        yield "### For you to decide"
    for number, change in enumerate(changes):
        said = " ".join((f"**{code(change.path)}** {_OPEN[change.fate]}", *_missed(change, draft)))
        diff = fence(cut(difference(change), _LONGEST_DIFF, note="\n…"), "diff")
        yield f"{said}\n\n{details('What the pack would change', diff)}" if number < most else said
    yield from lines


def _missed(change: Change, draft: Draft) -> Iterator[str]:
    """That others call a file which is not there as the pack has it."""
    called = users(change.path, draft.changes) if change.fate in MISSED else ()
    if called:
        names = ", ".join(code(path) for path in called)
        yield f"{names} cannot run without the pack's {code(change.path)}: rename yours, or take it by `--replace`."

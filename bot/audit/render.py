"""Says what the journal holds: a table for people, a line for each entry for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.audit.canonical import canonical
from bot.audit.chain import Linked
from bot.forms import decode
from bot.markdown import code, escape, link, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.audit.chain import Broken, Checked, Head

_LONGEST_CELL = 120


def render_audit(entries: Sequence[Linked], *, head: Head, broken: Broken | None) -> str:
    """This function will show the newest entries, the newest first, and where the chain stands.

    Args:
        entries: the newest ones, the newest first.
        head: how far the chain goes; told in public, it cannot be written anew unnoticed.
        broken: where the shown part does not hold.
    """
    if not entries:
        return "The journal has no entries of this repository yet."
    known = f"{entries[0].entry.repository_id}={head}"
    proof = (
        f"The journal has {_counted(head.sequence)}. {code(f'pilothouse audit verify --head {known}')} shows later "
        "whether any of them was changed since."
    )
    columns = ("#", "when (UTC)", "who", "what", "about", "result", "evidence")
    lines = [table(columns, [_row(linked) for linked in entries]), "", proof]
    if broken is not None:
        said = escape(broken.why)
        lines.insert(0, f"❌ **The chain does not hold at entry {broken.sequence}:** {said}.\n")
    return "\n".join(lines)


def _row(linked: Linked) -> tuple[str, ...]:
    entry = linked.entry
    is_address = entry.evidence.startswith(("https://", "http://"))
    evidence = link("link", entry.evidence) if is_address else code(_cut(entry.evidence))
    return (
        str(linked.sequence),
        f"{entry.at:%Y-%m-%d %H:%M:%S}",
        code(entry.actor),
        escape(entry.what),
        code(_cut(entry.subject)),
        code(entry.result),
        evidence,
    )


def _counted(entries: int) -> str:
    return "1 entry" if entries == 1 else f"{entries} entries"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"


def render_checked(checked: Checked) -> str:
    """This function will say in one line of plain text whether a repository's chain holds."""
    name = f"repository {checked.repository_id}" if checked.repository_id else "the bot itself"
    if checked.broken is None:
        return f"{name}: whole with {_counted(checked.head.sequence)}, head {checked.head}"
    return f"{name}: broken at entry {checked.broken.sequence}: {checked.broken.why}"


def line_of(linked: Linked) -> str:
    """This function will write an entry as one line of JSON, from which its hash can be computed again."""
    return canonical(linked)


def linked_from_line(line: str) -> Linked:
    """This function will read an entry that `line_of` wrote.

    Raises:
        ValueError: the line is none.
    """
    try:
        return decode(line, Linked)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error

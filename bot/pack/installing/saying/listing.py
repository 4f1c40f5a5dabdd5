"""Says on a terminal what an installation would do: the files as a tree, each with what becomes of it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from bot.pack.installing.model import Fate
from bot.pack.installing.saying.describing import users

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.pack.installing.drafting import Draft
    from bot.pack.installing.model import Change

MISSED = frozenset({Fate.FOREIGN, Fate.DELETED})  # the pack's file, or an edited one, is not there
PLACE = "pipeline."
_WORDS: Mapping[Fate, tuple[str, str]] = {
    Fate.NEW: ("+", "new"),
    Fate.UPDATED: ("~", "brought up to date"),
    Fate.MERGED: ("~", "brought up to date around your edits"),
    Fate.REPLACED: ("~", "replaced, as you asked"),
    Fate.REMOVED: ("-", "removed: the pipeline has it no more"),
    Fate.KEPT: ("=", "your edits stay"),
    Fate.DELETED: ("=", "you deleted it: it stays away (--replace brings it back)"),
    Fate.CONFLICT: ("!", "stays as it is: you changed what is new (--replace or --keep decides)"),
    Fate.LOST: (
        "!",
        "stays as it is: you changed it, and what init wrote is not to be found (--replace, --keep)",
    ),
    Fate.FOREIGN: ("!", "left alone: it is yours, init never wrote it (--replace takes the pack's)"),
    Fate.RETIRED: ("=", "yours from now on: the pipeline has it no more, and you changed it"),
}


def found_text(draft: Draft) -> str:
    """This function will say what was found, a line for each project."""
    lines = []
    for one in draft.found:
        count = f", {len(one.members)} members" if len(one.members) > 1 else ""
        programs = f", programs {_some(one.binaries)}" if one.binaries else ""
        lines.append(f"  {one.name}: {one.kind} in {one.folder}{count}{programs}")
    pipeline = draft.pipeline
    lines.append(f"  jobs of tests-all.yml: {_some(('all-tests', *pipeline.groups))}")
    if pipeline.suites:
        lines.append(f"  suites of integration-tests.yml: {_some(tuple(pipeline.suites))}")
    return _plain("\n".join(lines))


def files_text(draft: Draft) -> str:
    """This function will draw the files as a tree, each with what becomes of it; those that are right are counted."""
    lines: list[str] = []
    above: tuple[str, ...] = ()
    for change in (one for one in draft.changes if one.fate is not Fate.SAME):
        *folders, name = change.path.split("/")
        shared = _shared(above, tuple(folders))
        lines += [f"  {'  ' * depth}{folder}/" for depth, folder in enumerate(folders) if depth >= shared]
        above = tuple(folders)
        sign, words = _WORDS[change.fate]
        lines.append(f"{sign} {'  ' * len(folders)}{name}  ({words})")
        if change.fate in MISSED and (called := users(change.path, draft.changes)):
            lines.append(f"! {'  ' * len(folders)}  needed as the pack has it by {_some(called)}")
    if same := sum(one.fate is Fate.SAME for one in draft.changes):
        lines.append(f"= {same} files are as they should be")
    lines += [
        f"! {PLACE}{key}: you decided it otherwise than what is found now; yours holds"
        for key in draft.decided
    ]
    if draft.trouble:
        lines.append(f"! the record of what was written is not used: {draft.trouble}")
    return "\n".join(lines)


def diff_text(draft: Draft) -> str:
    """This function will give the differences of all files that change, and of those that only a person can settle."""
    told = (change for change in draft.changes if change.fate.writes or change.fate.needs_a_person)
    return _plain("".join(difference(change) for change in told))


def difference(change: Change) -> str:
    """This function will give the difference that is made, or that a person has to settle, as a unified diff."""
    after = change.offered if change.fate.needs_a_person else change.after
    old, new = f"a/{change.path}", f"b/{change.path}"
    if change.before is None:
        old = "/dev/null"
    if after is None:
        new = "/dev/null"
    return "".join(_unified(change.before or b"", after or b"", (old, new)))


def _unified(before: bytes, after: bytes, names: tuple[str, str]) -> Iterator[str]:
    old, new = (text.decode(errors="replace").splitlines(keepends=True) for text in (before, after))
    for line in difflib.unified_diff(old, new, *names):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _plain(text: str) -> str:
    """Text of strangers without what a terminal would take for an order."""
    return "".join(one if one.isprintable() or one in "\n\t" else "\N{REPLACEMENT CHARACTER}" for one in text)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _some(names: tuple[str, ...], most: int = 8) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")

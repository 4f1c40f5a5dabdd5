"""Judges the pack's files in a repository: what is missing, what is old, what people changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.doctor.wording import bad, command, good, listed, notice
from bot.pack.model import CHECKS, RECORD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.doctor.model import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFacts:
    """The pack's files by git's ids: as they are made today, as they were written, as they lie there."""

    repository: str
    offered: Mapping[str, str]
    written: Mapping[str, str]
    current: Mapping[str, str]
    trouble: str = ""  # with the record of what was written


def judge_pack(facts: PackFacts) -> tuple[Finding, ...]:
    """This function will say how the files of the pack stand."""
    again = f"Have them written: {command('pilothouse', 'init', '--repo', facts.repository)}"
    if facts.trouble:
        return (bad(RECORD, facts.trouble, f"Take it back from the repository's history. {again}"),)
    if not facts.written:
        return (bad("the pack", "none of its files were written by `pilothouse init`", again),)
    return (*_missing(facts, again), *_foreign(facts, again), _standing(facts, again))


def _missing(facts: PackFacts, again: str) -> tuple[Finding, ...]:
    found = []
    absent = [path for path in facts.offered if path not in facts.current]
    if new := [path for path in absent if path not in facts.written]:
        found.append(notice("new files", f"the pack has files that are not there: {listed(new)}", again))
    deleted = [path for path in absent if path in facts.written]
    needed = [workflow.path for workflow in CHECKS if workflow.path in deleted]
    if needed:
        found.append(
            bad(
                "deleted workflows",
                f"{listed(needed)} was deleted, so its check is never reported",
                f"Bring it back: {command('pilothouse', 'init', '--repo', facts.repository, *_replacing(needed))}",
            )
        )
    if others := [path for path in deleted if path not in needed]:
        found.append(good("deleted files", f"a person deleted {listed(others)}, and so it stays"))
    return tuple(found)


def _replacing(paths: list[str]) -> list[str]:
    return [word for path in paths for word in ("--replace", path)]


def _foreign(facts: PackFacts, again: str) -> tuple[Finding, ...]:
    own = [path for path in facts.offered if path in facts.current and path not in facts.written]
    own = [path for path in own if facts.current[path] != facts.offered[path]]
    if not own:
        return ()
    text = f"files of your own lie where the pack has some: {listed(own)}"
    return (notice("files of your own", text, f"Rename them, or have them replaced by --replace. {again}"),)


def _standing(facts: PackFacts, again: str) -> Finding:
    there = [path for path in facts.offered if path in facts.current and path in facts.written]
    edited = [path for path in there if facts.current[path] not in {facts.written[path], facts.offered[path]}]
    old = [path for path in there if facts.offered[path] not in {facts.written[path], facts.current[path]}]
    beside = f"; {len(edited)} of them edited by people: {listed(edited)}" if edited else ""
    if old:
        text = f"{len(old)} of {len(there)} files are of an earlier version or configuration: {listed(old)}"
        return notice("the pack's files", text + beside, again)
    return good("the pack's files", f"{len(there)} are there and up to date{beside}")

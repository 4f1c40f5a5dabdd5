"""The nouns of guarding: the limits of a fix, and what each of its files was and became."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.decisions.model import Condition, Standing
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.commands.reasons import Reason

MOST_NAMED = 5  # findings of one rule that are told


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardTerms:
    """What a fix is held to."""

    files: int
    lines: int
    keep_out: tuple[str, ...] = ()
    blobs: Mapping[str, str] | None = (
        None  # git's ids of the files at the base, as GitHub has them; None: not read
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One file as it was and as it became, as text."""

    path: str
    before: str | None  # None where it is new
    after: str | None  # None where it was removed
    added: tuple[str, ...] = ()  # blocks of lines that were added together
    spans: tuple[
        tuple[int, int], ...
    ] = ()  # lines of the new text that the diff shows, from 0: first, behind the last

    def window(self, text: str) -> str:
        """This function will return what the diff shows, out of the new text or what has the same lines."""
        lines = text.split("\n")
        return "\n".join("\n".join(lines[first:last]) for first, last in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place where a fix breaks a rule."""

    path: str
    text: str = ""  # safe Markdown that goes after the path


def condition(name: str, reason: Reason, met: str, found: Sequence[Finding], said: str) -> Condition:
    """This function will word one rule: how it stands, and the first places that break it.

    Args:
        name: of the rule.
        reason: what it gives where it is broken.
        met: the sentence where nothing breaks it.
        found: what breaks it.
        said: the beginning of the sentence where something does; the places follow after a colon.
    """
    if not found:
        return Condition(name=name, standing=Standing.MET, text=met)
    named = [f"{code(one.path)} {one.text}".strip() for one in found[:MOST_NAMED]]
    if len(found) > MOST_NAMED:
        named.append(f"and {len(found) - MOST_NAMED} more")
    return Condition(
        name=name, standing=Standing.UNMET, reason=reason, text=f"{said}: {'; '.join(named)}.", who=WHO
    )


WHO = "A person has to make this change."

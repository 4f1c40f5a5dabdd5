"""Finds what in a fix is no plain change of text, and whether it is larger than a fix may be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.decisions.model import Condition, Standing
from bot.markdown import code
from bot.supervision.fixing.guards.model import WHO, Finding, condition
from bot.supervision.fixing.guards.rebuilding import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.supervision.fixing.guards.model import Change, GuardTerms
    from bot.supervision.fixing.guards.rebuilding import Rebuilt
    from bot.supervision.fixing.model import Patch, PatchedFile

_PLAIN = frozenset({"100644", "100755"})
_KINDS = {"120000": "is a link", "160000": "is a submodule", "040000": "is a folder"}
_A_LINE = 200  # characters that a line may have on average: more is no code that anybody reads
_SHOWN = 40  # lines of a file's part of a diff that did not change
# What turns or hides the text beside it, so that people read other code than machines: CVE-2021-42574.
_HIDING = re.compile(
    r"[\xad\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e0fff]"
    r"|[\ufe00-\ufe0f]{2}"
)


def form(patch: Patch, changes: Iterable[Change]) -> Condition:
    """This function will see whether each file is plain text, of the mode that it had, without hidden signs."""
    found = [Finding(path=file.path, text=why) for file in patch.files if (why := _form(file))]
    found += [
        Finding(path=change.path, text="gets signs that nobody sees")
        for change in changes
        if len(_HIDING.findall(change.after or "")) > len(_HIDING.findall(change.before or ""))
    ]
    met = "It changes text files only, and no modes."
    return condition("form", Reason.FIX_NOT_TEXT, met, found, "It is no plain change of text")


def _form(file: PatchedFile) -> str:
    for mode in (file.new_mode, file.old_mode):
        if mode and mode not in _PLAIN:
            return _KINDS.get(mode, f"has the mode {code(mode)}")
    if file.old_mode and file.new_mode and file.old_mode != file.new_mode:
        return f"changes its mode from {code(file.old_mode)} to {code(file.new_mode)}"
    if not file.old_mode and file.new_mode == "100755":
        return "is new and a program"
    if file.content is not None and text_of(file.content) is None:
        return "is not UTF-8 text"
    return ""


def is_longer(patch: Patch, terms: GuardTerms) -> bool:
    """This function will say whether a diff is longer by far than that of a fix may be, so that nobody need read it."""
    return len(patch.diff) > _A_LINE * (terms.lines + _SHOWN) * (terms.files + 1)


def size(patch: Patch, rebuilt: Rebuilt, terms: GuardTerms) -> Condition:
    """This function will hold the number of files and of lines against the limits."""
    lines = rebuilt.lines or sum(file.added + file.removed for file in patch.files)
    signs = sum(len(block) for change in rebuilt.changes for block in change.added)
    huge = [file for file in patch.files if file.new_mode in _PLAIN and file.content is None]
    told = f"{len(patch.files)} files and {lines} lines with {signs} new characters"
    allowed = f"a fix may change {terms.files} files and {terms.lines} lines"
    is_long = is_longer(patch, terms) or signs > terms.lines * _A_LINE
    if huge or is_long or len(patch.files) > terms.files or lines > terms.lines:
        which = f"; {code(huge[0].path)} alone has {huge[0].size} bytes" if huge else ""
        text = f"It changes {told}, and {allowed}{which}."
        return Condition(
            name="size", standing=Standing.UNMET, reason=Reason.FIX_TOO_LARGE, text=text, who=WHO
        )
    return Condition(name="size", standing=Standing.MET, text=f"It changes {told}; {allowed}.")

"""Finds what a fix touches that decides how code is built, checked, merged or who is asked: that is people's."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.markdown import code
from bot.supervision.fixing.guards.kept_out import KEPT_OUT
from bot.supervision.fixing.guards.model import Finding, condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.decisions.model import Condition

_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\"\\\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]")
_LONGEST = 400  # characters of a path
# A part that a file system may take for `.git` or for another than it looks like.
_DISGUISED = re.compile(r"\.git[ .]*|git~\d+|.*[ .]|.*:.*", re.IGNORECASE)


def places(paths: Sequence[str], keep_out: Iterable[str]) -> Condition:
    """This function will hold the paths of a fix against those that no fix may touch."""
    own = tuple(keep_out)
    found = [
        Finding(path=path, text=why)
        for path in paths
        if (why := _odd(path) or _kept_out(path) or _configured(path, own))
    ]
    return condition(
        "paths",
        Reason.FIX_KEEP_OUT,
        "It touches nothing that is kept out.",
        found,
        "It touches what no fix may",
    )


def _odd(path: str) -> str:
    """Why no file should have such a path."""
    if not path or len(path) > _LONGEST or _ODD.search(path):
        return "has a name that cannot be shown as it is"
    parts = path.split("/")
    if path.startswith(("/", "-", "~")) or any(part in {"", ".", ".."} for part in parts):
        return "lies outside the work tree, or may be taken for something else"
    if any(_DISGUISED.fullmatch(part) for part in parts):
        return "has a name that may be taken for another"
    return ""


def _kept_out(path: str) -> str:
    folded = path.casefold()
    return next(
        (why for why, patterns in KEPT_OUT if any(_is_at(folded, pattern) for pattern in patterns)), ""
    )


def _is_at(path: str, pattern: str) -> bool:
    if pattern.endswith("/"):
        return f"/{pattern}" in f"/{path}"
    return fnmatchcase(path if "/" in pattern else path.rpartition("/")[2], pattern)


def _configured(path: str, keep_out: Iterable[str]) -> str:
    """As the policy has it: a pattern of whole paths, or a folder with all that is in it."""
    folded = path.casefold()
    for pattern in keep_out:
        said = pattern.casefold().removeprefix("./")
        if fnmatchcase(folded, said) or fnmatchcase(folded, f"{said.rstrip('/')}/*"):
            return f"is kept out by {code(pattern)}"
    return ""

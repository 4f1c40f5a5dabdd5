"""Gives the same failure the same short name wherever and whenever it happens."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from bot.diagnosis.places import path_in_repository

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.model import Cause

_LENGTH = 16
_LONGEST = 2_000  # characters of a message or of a test's name that are looked at
# All that differs between two runs becomes one sign: a commit may be written in digits alone.
_ANY = "#"

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_VARIABLE = (
    re.compile(r"https?://[^\s'\"<>)\]]+"),
    re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?: ?Z| ?[+-]\d\d:?\d\d)?)?"),
    re.compile(
        rf"\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{{0,6}},? )?(?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})\b"
    ),
    re.compile(r"\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?(?: ?[AP]M| UTC| GMT)?\b"),
    re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"),
    re.compile(r"\b0x[0-9a-fA-F]+\b"),
    re.compile(r"(?<=\w@)[0-9a-f]{4,8}\b"),  # the JVM's name of an object
    re.compile(  # IPv6
        r"(?<![\w:.])(?=[0-9a-fA-F:]{0,30}::|(?:[0-9a-fA-F]{1,4}:){7})[0-9a-fA-F:]{3,39}(?![\w:.])"
    ),
    re.compile(r"\b(?=[0-9a-fA-F]*\d)(?=\d*[a-fA-F])[0-9a-fA-F]{7,64}\b"),
)

_ABSOLUTE = re.compile(r"(?<![\w./\\-])(?:[A-Za-z]:)?(?:~|\.{1,2})?(?:[\\/]{1,2}[\w.@+~#{}-]+)+[\\/]?")
# A folder for what does not last: its own name, and that of what is made right in it, mean nothing.
_TEMPORARY = re.compile(
    r"^(?:[A-Za-z]:)?/(?:private/)?(?:var/folders/[^/]+/[^/]+/(?:T|C)|(?:var/)?tmp|dev/shm|"
    r"(?i:Users/[^/]+/AppData/Local/Temp))(?:/|$)"
)
_BACKSLASH = re.compile(r"(?<=[\w.])\\{1,2}(?=[\w.])")
_QUOTES = str.maketrans(dict.fromkeys("\u2018\u2019\u201a\u201c\u201d\u201e`\u00b4\u00ab\u00bb", "'"))
# Names keep their digits where a tool quotes them, and so do the codes of errors: E0599, TS2345, SC2086, C4996.
_KEPT = re.compile(
    r"(?P<quoted>(?<!\w)'(?=[^'\d]*\d{1,3}(?!\d))[A-Za-z_][\w.:]{0,80}'(?!\w))|\b[A-Z]{1,6}\d{3,5}\b"
    r"|(?P<number>\d+(?:[.,:_]\d+)*(?:[eE][+-]?\d+)?(?:ns|us|µs|ms|s|m|h|%|[kKMGT]i?B)?(?![A-Za-z])|\d+)"
)
_TIMING = re.compile(r" ?\(\d+(?:[.,]\d+)? ?(?:ms|s|sec|seconds|min)\)$")
_EXECUTABLE = re.compile(r"(?<=\w)\.exe\b")


def fold(message: str) -> str:
    """This function will replace what differs between two runs of one failure: numbers, addresses, times, hashes.

    Of a path what differs between machines goes: its folder, unless it is one of the repository.
    """
    text = message[:_LONGEST].translate(_QUOTES)
    for pattern in _VARIABLE:
        text = pattern.sub(_ANY, text)
    text = _BACKSLASH.sub("/", _ABSOLUTE.sub(_folded_path, text))
    text = _EXECUTABLE.sub("", text)
    return " ".join(_KEPT.sub(_folded_number, text).split())


def fold_test(name: str) -> str:
    """This function will replace in the name of a test what differs between two runs; its numbers stay."""
    name = name[:_LONGEST]
    for pattern in _VARIABLE:
        name = pattern.sub(_ANY, name)
    return _TIMING.sub("", _BACKSLASH.sub("/", name)).strip()


def fingerprint(tool: str, cause: Cause, message: str, tests: Sequence[str]) -> str:
    """This function will name a failure by its tool, cause, folded message and tests."""
    parts = (tool, cause.value, fold(message), *sorted({fold_test(test) for test in tests}))
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:_LENGTH]


def _folded_path(found: re.Match[str]) -> str:
    path = found[0].replace("\\\\", "\\").replace("\\", "/")
    inside = path_in_repository(path)
    if inside != path:
        return inside
    folder = _TEMPORARY.match(path)
    names = (path[folder.end() :] if folder else path).strip("/").split("/")
    if folder and len(names) == 1:
        return _ANY
    return f"{_ANY}/{names[-1]}"


def _folded_number(found: re.Match[str]) -> str:
    return _ANY if found["number"] else found[0]

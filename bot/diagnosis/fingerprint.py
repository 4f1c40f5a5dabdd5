"""Gives the same failure the same short name wherever and whenever it happens."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.model import Cause

_LENGTH = 16
_FOLDS = (
    (re.compile(r"https?://\S+"), "<url>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"), "<uuid>"),
    (re.compile(r"\b0x[0-9a-fA-F]+\b"), "<address>"),
    (re.compile(r"(?<![\w.])(?:[A-Za-z]:)?(?:~|\.{1,2})?(?:[\\/][\w.@+~-]+)+[\\/]?"), "<path>"),
    (re.compile(r"\b(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}\b"), "<hash>"),
    (re.compile(r"\d+(?:[.,:_]\d+)*(?:ns|us|µs|ms|s|m|h|%|[KMGT]i?B)?(?![A-Za-z])"), "<n>"),
    (re.compile(r"\d+"), "<n>"),
)


def fold(message: str) -> str:
    """This function will replace what differs between two runs of one failure: numbers, addresses, paths, hashes."""
    for pattern, name in _FOLDS:
        message = pattern.sub(name, message)
    return " ".join(message.split())


def fingerprint(tool: str, cause: Cause, message: str, tests: Sequence[str]) -> str:
    """This function will name a failure by its tool, cause, folded message and tests."""
    parts = (tool, cause.value, fold(message), *sorted(set(tests)))
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:_LENGTH]

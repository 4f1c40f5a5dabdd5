"""The words that findings share: lists, permissions as GitHub's settings name them, commands to copy."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.doctor.model import Eyes, Finding, Grade

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST = 10
# GitHub's pages name some otherwise than its API.
_TITLES = {"actions_variables": "Variables"}


def good(subject: str, text: str, *, eyes: Eyes = Eyes.APP) -> Finding:
    """This function will say that something is as it should be."""
    return Finding(subject=subject, grade=Grade.GOOD, text=text, eyes=eyes)


def notice(subject: str, text: str, remedy: str, *, eyes: Eyes = Eyes.APP) -> Finding:
    """This function will say that something works and could be better."""
    return Finding(subject=subject, grade=Grade.NOTICE, text=text, remedy=remedy, eyes=eyes)


def bad(subject: str, text: str, remedy: str, *, eyes: Eyes = Eyes.APP) -> Finding:
    """This function will say that something does not work."""
    return Finding(subject=subject, grade=Grade.BAD, text=text, remedy=remedy, eyes=eyes)


def unknown(subject: str, text: str, remedy: str, *, eyes: Eyes = Eyes.APP) -> Finding:
    """This function will say that something could not be seen."""
    return Finding(subject=subject, grade=Grade.UNKNOWN, text=text, remedy=remedy, eyes=eyes)


def seen_by(eyes: Eyes, *findings: Finding) -> tuple[Finding, ...]:
    """This function will say through whom findings were seen."""
    return tuple(replace(finding, eyes=eyes) for finding in findings)


def listed(items: Iterable[str]) -> str:
    """This function will join items to a list, cut off where it gets long."""
    every = list(items)
    if len(every) > _MOST:
        return f"{', '.join(every[:_MOST])} and {len(every) - _MOST} more"
    return ", ".join(every)


def permission(name: str, level: str) -> str:
    """This function will name a permission as GitHub's settings do."""
    return f"{_TITLES.get(name, name.replace('_', ' ').capitalize())}: {level}"


def command(*words: str) -> str:
    """This function will write a command so that a shell takes it as it is, whatever names are in it."""
    return shlex.join(words)


def segment(name: str) -> str:
    """This function will write a name as one segment of an address."""
    return quote(name, safe="")

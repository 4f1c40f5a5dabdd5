"""Repeats what a program on a host said, as safe Markdown."""

from __future__ import annotations

import re

from bot.markdown import escape
from bot.supervision.hosts.model import Result, Unknown

_MOST = 300  # characters
_SHA = re.compile(r"\b[0-9a-f]{40}\b")


def quoted(text: str) -> str:
    """This function will make one short line of a program's words, without the ids of commits."""
    return escape(" ".join(_SHA.sub("", text).split())[:_MOST])


def ending(answer: Result | Unknown) -> str:
    """This function will say how a program ended that did not say what it should have."""
    if isinstance(answer, Unknown):
        return escape(answer.why)
    told = quoted(answer.err or answer.out)
    return f"exit {answer.code}{f': {told}' if told else ''}"

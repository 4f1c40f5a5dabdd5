"""Reads the errors of GHC, Cabal and Stack and the hints of HLint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_TAG = r"^\s*(?:[\w.-]+ +> )?"  # Stack says before each line which package it builds
_PLACE = rf"{_TAG}(?P<path>[^\s:]+\.l?hsc?):(?P<line>\d+):(?P<column>\d+)(?:-\S+)?:"
_BODY = re.compile(r"^(?:[\w.-]+ +> )?(?:\s+\S|\d+ +\|)")
_SAYS = re.compile(r"\n(?:[\w.-]+ +> )?\s+(?:• )?(\S.*)")
_FORMS = (
    Form(
        head=re.compile(
            rf"{_PLACE}(?: error:)?(?: \[.*\])?(?P<message>(?! [Ww]arning)(?! (?:Suggestion|Warning|Error): ).*)$"
        ),
        cause=Cause.COMPILE,
        body=_BODY,
        needs=re.compile(r"\A(?![\s\S]*\n\s+\d+\) )"),  # hspec names its failures' places alike
        says=_SAYS,
    ),
    Form(
        head=re.compile(rf"{_PLACE} (?:Suggestion|Warning|Error): (?P<message>.+)"),  # HLint
        cause=Cause.LINT,
        body=re.compile(r"^(?:Found|Perhaps|Why not|Note):|^\s+\S"),
        most=10,
        needs=re.compile(r"\nFound:"),
    ),
    Form(
        head=re.compile(
            rf"{_TAG}(?:cabal: |Error: |\[Cabal-\d+\] ?)*(?P<message>(?:Could not resolve dependencies|While constructing the build plan|"
            r"Encountered missing (?:or private )?dependencies|\[S-\d+\] While constructing).*)"
        ),
        cause=Cause.DEPENDENCY,
        body=re.compile(r"\S"),
        most=16,
        places=0,
    ),
    Form(
        head=re.compile(
            rf"{_TAG}(?P<message>(?:Failing due to -Werror\.|cabal: Failed to build .*|Error: (?:\[Cabal-\d+\] ?)?Failed to build .*|"
            r"-- *While building (?:package|custom).*))"
        ),
        cause=Cause.COMPILE,
        rank=Rank.WRAPPER,
    ),
)
_WARNED = (
    Form(
        head=re.compile(rf"{_PLACE} [Ww]arning:(?P<message>.*)$"),
        cause=Cause.COMPILE,
        body=_BODY,
        says=_SAYS,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find the compiler's errors, and its warnings where they were made errors."""
    yield from read_forms(log, _FORMS)
    if any("Failing due to -Werror" in line.text for line in log.lines):
        yield from read_forms(log, _WARNED)


PARSER = LogParser(
    name="ghc",
    signs=(".hs:", ".lhs:", ".hsc:", "cabal", "While building", "While constructing", "-Werror"),
    landmarks=("Failing due to -Werror",),
    read=read,
)

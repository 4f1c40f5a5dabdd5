"""Reads the failures of ExUnit, of the Elixir compiler, of Mix and of Credo."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "exunit",
    signs=(
        ") test ",
        ") doctest ",
        ") property ",
        "** (",
        "== Compilation error",
        "└─ ",
        "┃ ",
        "Unchecked dependencies",
    ),
    landmarks=("== Compilation error", "** (Mix)"),
    forms=(
        Form(
            head=re.compile(r"^\s*\d+\) (?P<test>(?:test|doctest|property) .+ \([\w.]+\))$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s{4,}\S"),
            blanks=2,
            says=re.compile(r"^ {2,12}(\*\* \(.+|Assertion .+|\S.*timed out.*)$", re.MULTILINE),
        ),
        Form(
            head=re.compile(r"^\s*(?P<message>\*\* \(\w[\w.]*\) .+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s{4,}\S"),
            above=re.compile(r"^== Compilation error"),
            needs=re.compile(
                r"Compilation error|\((?:CompileError|SyntaxError|TokenMissingError|MismatchedDelimiterError)\)"
            ),
        ),
        Form(  # since Elixir 1.15
            head=re.compile(r"^\s*error: (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s*(?:\d* ?│|└─)"),
            needs=re.compile(r"└─ "),
        ),
        Form(
            head=re.compile(r"^\*\* \(Mix\) (?P<message>mix format failed.*)"),
            cause=Cause.FORMAT,
            body=re.compile(r"\S"),
            blanks=1,
            until=re.compile(r"^##"),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?:\*\* \(Mix\) (?P<message>(?:Hex dependency resolution failed|Unknown package|Could not (?:start|find) Hex|Package fetch failed|"
                r"Can't continue due to errors on dependencies).*)|Unchecked dependencies for environment .*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\s*\S"),
            above=re.compile(r"^(?:Failed to use|\* \w+ |\s+the dependency)"),
            most=10,
            places=0,
        ),
        Form(
            head=re.compile(r"^\s*┃ (?P<message>\[[CDFRW]\] \S+ .+)"),
            cause=Cause.LINT,
            body=re.compile(r"^\s*┃\s+\S"),
            most=3,
        ),
        Form(
            head=re.compile(r"^\*\* \(Mix\) (?P<message>.+)"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"^\s+\S"),
            rank=Rank.LIKELY,
        ),
    ),
    suites=counts_of(
        "exunit",
        Count(
            sign=" tests, ",
            line=re.compile(
                r"(?:\d+ doctests?, )?(?:\d+ propert(?:y|ies), )?(?P<total>\d+) tests, (?P<failed>\d+) failures?"
                r"(?:, \d+ excluded)?(?:, \d+ invalid)?(?:, (?P<skipped>\d+) skipped)?$"
            ),
        ),
    ),
)

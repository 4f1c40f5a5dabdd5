"""Reads the linters and formatters of C and C++: clang-tidy, clang-format, cppcheck and cpplint."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

_PLACE = r"^(?P<path>(?:[A-Za-z]:)?[^\s:()'\"]+\.\w+):(?P<line>\d+):(?:(?P<column>\d+):)?"
_DRAWN = re.compile(r"^\s+\S")

PARSER = reader_of(
    "clang tools",
    signs=(
        ",-warnings-as-errors]",
        "[-Wclang-format-violations]",
        "Checking ",
        "cppcheck",
        "Done processing ",
        "cpplint",
    ),
    landmarks=("-warnings-as-errors]", "[-Wclang-format-violations]"),
    forms=(
        Form(  # clang-tidy
            head=re.compile(rf"{_PLACE} error: (?P<message>.+ \[[\w.,-]+,-warnings-as-errors\])$"),
            cause=Cause.LINT,
            body=_DRAWN,
            most=4,
        ),
        Form(
            head=re.compile(rf"{_PLACE} error: (?P<message>.+ \[-Wclang-format-violations\])$"),
            cause=Cause.FORMAT,
            body=re.compile(r"\S"),
            until=re.compile(r": (?:error|warning): "),
            most=3,
        ),
        Form(  # cppcheck: its names of checks have no dash before them, as the compilers' have
            head=re.compile(
                rf"{_PLACE} (?:error|warning|style|performance|portability): (?P<message>.+ \[[a-z]\w{{3,}}\])$"
            ),
            cause=Cause.LINT,
            body=_DRAWN,
            most=3,
        ),
        Form(  # cpplint
            head=re.compile(rf"{_PLACE}  (?P<message>.+  \[[a-z]+/[a-z_0-9+]+\] \[[1-5]\])$"),
            cause=Cause.LINT,
        ),
    ),
)

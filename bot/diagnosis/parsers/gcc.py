"""Reads C and C++ compilers and linkers, CMake and whatever else writes `path:line:column: error:`."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_PATH = r"(?P<path>(?:[A-Za-z]:)?[^\s:()'\"]+\.\w+)"

PARSER = reader_of(
    "compiler",
    signs=(
        "error:",
        "error C",
        "error CS",
        "error LNK",
        "undefined reference",
        "ld: ",
        "CMake Error",
        "Error: ",
        "Undefined symbols",
    ),
    landmarks=(
        "fatal error: ",
        "undefined reference",
        "CMake Error",
    ),
    forms=(
        Form(
            head=re.compile(
                rf"^\s*(?:e: )?(?!\S+\.l?hs:){_PATH}:(?P<line>\d+)(?::(?P<column>\d+))?:? (?:fatal )?error:(?!\s*-\[) ?(?P<message>.*)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s+\S|: note: "),
            until=re.compile(r": (?:warning|(?:fatal )?error): "),
            most=12,
            above=re.compile(
                r"^In file included from |^\s+from \S+:\d+|: In (?:\w+ )?(?:function|member|constructor|lambda)"
            ),
        ),
        Form(
            head=re.compile(
                rf"^\s*(?:\d+>)?{_PATH}\((?P<line>\d+)(?:,(?P<column>\d+))?(?:,\d+,\d+)?\)\s?: (?:fatal )?error (?P<message>\w+: .*)"
            ),
            cause=Cause.COMPILE,
        ),
        Form(
            head=re.compile(
                r"(?P<message>undefined reference to .*|^Undefined symbols for architecture .*|^(?:\S*/)?ld(?:\.\w+)?: (?!warning).*)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(
                r"^\s+\S|undefined reference|^(?:\S*/)?ld(?:\.\w+)?: |^collect2: error|^clang: error"
            ),
            above=re.compile(r"in function `"),
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(r"^CMake Error at .*"),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\s+\S|^Call Stack"),
            blanks=1,
            most=14,
            says=re.compile(r"\n\s+(\S.*)"),
            needs=re.compile(r"Could NOT find|Could not find a package|No package '.*' found"),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^CMake Error(?: at (?P<path>\S+?):(?P<line>\d+))?(?: \(.*\))?:? ?(?P<message>.*)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s+\S|^Call Stack"),
            blanks=1,
            most=14,
            says=re.compile(r"^CMake Error[^\n]*:\n+\s+(\S.*)", re.MULTILINE),
        ),
    ),
)

"""Reads the errors of the TypeScript compiler."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

_PATH = r"(?P<path>[^\s:()]+\.(?:[cm]?[jt]sx?|vue|svelte|json))"

PARSER = reader_of(
    "tsc",
    signs=("error TS", ": TS"),
    landmarks=("error TS",),
    forms=(
        Form(
            head=re.compile(
                rf"^(?:\[[^\]]*\]\s|\S+:\s)?\s*{_PATH}(?:\((?P<line>\d+),(?P<column>\d+)\):|:\d+:\d+ -) "
                r"error (?P<message>TS\d+: .+)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s*\d+ |^\s{2,}"),
            until=re.compile(r" - error TS\d+|\): error TS\d+"),
            blanks=1,
            most=12,
        ),
        Form(
            # older compilers within gulp and grunt
            head=re.compile(
                rf"^(?:\[[^\]]*\]\s)?(?:>> )?{_PATH}\((?P<line>\d+),(?P<column>\d+)\): (?P<message>error (?:TS\d+: )?.+)"
            ),
            cause=Cause.COMPILE,
        ),
        Form(
            # fork-ts-checker and ts-loader within webpack
            head=re.compile(r"^(?P<message>TS\d{4,5}: \S.+)$"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s*(?:>? *\d* \||\S)"),
            above=re.compile(r"^(?:ERROR|\[tsl\]) (?:ERROR )?in "),
            most=10,
        ),
        Form(head=re.compile(r"^\s*error (?P<message>TS\d+: .+)"), cause=Cause.COMPILE, places=0),
    ),
)

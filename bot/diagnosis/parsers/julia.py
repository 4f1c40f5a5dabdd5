"""Reads the failures of Julia's test sets and of its package manager."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_WHERE = re.compile(r"(?:@ \w+ |@ |at |\()(?P<path>[^\s:()]+\.jl):(?P<line>\d+)")

PARSER = reader_of(
    "julia",
    signs=("Test Failed", "Error During Test", "ERROR: ", ".jl:"),
    landmarks=("Error During Test", "ERROR: LoadError"),
    forms=(
        Form(
            head=re.compile(
                r"^(?P<test>\S.*): (?:Test Failed|Error During Test)(?: at (?P<path>\S+?):(?P<line>\d+))?$"
                r"|^\s*(?P<message>Test Failed|Error During Test)(?: at \S+)?$"
            ),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            above=re.compile(r"^Error in testset "),
            names=re.compile(r"^Error in testset (.+):$", re.MULTILINE),
            most=20,
            needs=re.compile(r"\n\s+(?:Expression|Test threw|Got exception|Unexpected Pass|Got correct)"),
            says=re.compile(
                r"^\s+((?:Expression: .*\n\s+Evaluated: .*|(?:Expression|Evaluated|Test threw exception).*))$",
                re.MULTILINE,
            ),
        ),
        Form(
            head=re.compile(
                r"^ERROR: (?:LoadError: )?(?P<message>(?:Unsatisfiable requirements|expected package|.* not found in (?:current path|project, manifest)).*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"\S"),
            most=14,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^ERROR: (?:LoadError: )?(?P<message>(?:Some tests did not pass|Package \S+ errored during testing).*)"
            ),
            cause=Cause.TEST,
            body=re.compile(r"^in expression|^\s+\S"),
            rank=Rank.WRAPPER,
            places=0,
        ),
        Form(
            head=re.compile(r"^ERROR: (?P<message>LoadError: .+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            most=12,
            where=_WHERE,
            rank=Rank.CONSEQUENCE,
        ),
    ),
    suites=counts_of(
        "julia",
        Count(
            sign="Some tests did not pass: ",
            line=re.compile(
                r"ERROR: (?:LoadError: )?Some tests did not pass: (?P<passed>\d+) passed, (?P<failed>\d+) failed, "
                r"(?P<errors>\d+) errored, (?P<skipped>\d+) broken"
            ),
        ),
    ),
)

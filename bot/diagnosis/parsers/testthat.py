"""Reads the failures of R's testthat and of R CMD check."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_BAR = r"^\s*(?:──|--) ?(?:\d+\. )?"
_UNTIL = re.compile(r"^\s*(?:──|══|--|==)|^\[ FAIL")
_SAYS = re.compile(r"\n\s*(\S.*)")

PARSER = reader_of(
    "testthat",
    signs=("Failure", "Error (", "Error: ", "Running the tests in", "checking "),
    landmarks=("Running the tests in",),
    forms=(
        Form(
            head=re.compile(r"^(?P<message>Running the tests in \S.*failed\.)"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^\* "),
            above=re.compile(r"^ ERROR$|^\s+Running "),
            blanks=2,
            places=0,
        ),
        Form(
            head=re.compile(
                rf"{_BAR}(?:Failure|Error)(?: \('?(?P<path>[\w./-]+):(?P<line>\d+)(?::\d+)?'?\))?: (?P<test>.+?)"
                r"(?: \(@\S+\))?[ ─-]*$"
            ),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=_UNTIL,
            most=20,
            says=_SAYS,
        ),
        Form(  # the progress reporter draws no bar
            head=re.compile(
                r"^(?:Failure|Error) \('?(?P<path>[\w./-]+):(?P<line>\d+)(?::\d+)?'?\): (?P<test>.+?)[ ─-]*$"
            ),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^(?:Failure|Error|Warning|Skip) \('?\S+:\d|^[─═]|^══|^\[ FAIL"),
            most=20,
            says=_SAYS,
        ),
        Form(
            head=re.compile(r"^\* (?P<message>checking tests .*\.\.\. ERROR)$"),
            cause=Cause.TEST,
            rank=Rank.WRAPPER,
        ),
        Form(
            head=re.compile(r"^\* (?P<message>checking .* \.\.\. (?:\[.*\] )?ERROR)$"),
            cause=Cause.LINT,
            body=re.compile(r"^\s+\S|^[^*\s]"),
            most=12,
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^\* (?P<message>checking .* \.\.\. (?:\[.*\] )?WARNING)$"
            ),  # where warnings are errors
            cause=Cause.LINT,
            body=re.compile(r"^\s+\S|^[^*\s]"),
            most=12,
            rank=Rank.LIKELY,
            places=0,
        ),
    ),
    suites=counts_of(
        "testthat",
        Count(
            sign="[ FAIL ",
            line=re.compile(
                r"\s*\[ FAIL (?P<failed>\d+) \| WARN \d+ \| SKIP (?P<skipped>\d+) \| PASS (?P<passed>\d+) \]"
            ),
            last=True,
        ),
        Count(
            sign="SKIPPED: ",
            line=re.compile(
                r"\s*OK: (?P<passed>\d+) SKIPPED: (?P<skipped>\d+)(?: WARNINGS: \d+)? FAILED: (?P<failed>\d+)"
            ),
            last=True,
        ),
    ),
)

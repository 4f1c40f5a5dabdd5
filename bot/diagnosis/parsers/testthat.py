"""Reads the failures of R's testthat and of R CMD check."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "testthat",
    signs=("Failure", "Error (", "Running the tests in", "ERROR: dependenc", "checking "),
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
                r"^\s*(?:──|--) ?(?:\d+\. )?(?:Failure|Error)(?: \((?P<path>[\w./-]+):(?P<line>\d+)(?::\d+)?\))?: (?P<test>.+?)"
                r"(?: \(@\S+\))?[ ─-]*$"
            ),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^\s*(?:──|══|--|==)|^\[ FAIL"),
            most=20,
            says=re.compile(r"\n\s*(\S.*)"),
        ),
        Form(
            head=re.compile(r"^ERROR: (?P<message>dependenc(?:y|ies) .+ (?:is|are) not available.*)"),
            cause=Cause.DEPENDENCY,
        ),
        Form(
            head=re.compile(r"^\* (?P<message>checking .* \.\.\. ERROR)$"),
            cause=Cause.LINT,
            body=re.compile(r"^\s+\S|^[^*\s]"),
            most=12,
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
    ),
)

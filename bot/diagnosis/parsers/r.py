"""Reads the errors with which R ends a script or refuses a package."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_HALTED = re.compile(r"\nExecution halted")
_BODY = re.compile(r"\S")

PARSER = reader_of(
    "r",
    signs=(
        "Execution halted",
        "ERROR: dependenc",
        "ERROR: compilation",
        "ERROR: lazy",
        "non-zero exit status",
        "_linter]",
    ),
    landmarks=("Execution halted",),
    forms=(
        Form(
            head=re.compile(
                r"^Error(?: in .*?)? ?: ?(?P<message>.*(?:there is no package called|namespace .* is being loaded, but|is not available).*)"
            ),
            cause=Cause.DEPENDENCY,
            body=_BODY,
            most=8,
            needs=_HALTED,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?:ERROR: |Error: |Warning message:$|\s*)?(?P<message>dependenc(?:y|ies) .+ (?:is|are) not available.*|"
                r"installation of package .+ had non-zero exit status.*)"
            ),
            cause=Cause.DEPENDENCY,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^ERROR: (?P<message>(?:compilation|lazy loading|loading|installing) .*failed.*)"
            ),
            cause=Cause.COMPILE,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(
                r"^(?P<path>\S+\.[rR](?:md)?):(?P<line>\d+):(?P<column>\d+): (?P<message>\w+: \[\w+_linter\] .+)"
            ),
            cause=Cause.LINT,
            body=re.compile(r"^\s*\S"),
            until=re.compile(r"^\S+\.[rR](?:md)?:\d+:\d+: "),
            most=3,
        ),
        Form(
            head=re.compile(r"^Error(?: in .*?)? ?: ?(?P<message>.*)"),
            cause=Cause.UNKNOWN,
            body=_BODY,
            most=14,
            needs=_HALTED,
            says=re.compile(r"\AError(?: in .*?)? ?: ?((?:\n\s+)?\S.*)"),
            rank=Rank.LIKELY,
        ),
    ),
)

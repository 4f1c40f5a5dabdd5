"""Reads what Cypress says around Mocha's report: what kept it from running, and which specs failed."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

# Mocha's report within it counts the tests of each spec.
PARSER = reader_of(
    "cypress",
    signs=("Cypress", "cypress", " failed ("),
    forms=(
        Form(
            head=re.compile(
                r"^(?P<message>Cypress (?:failed to (?:verify|start|run|make)|could not verify that|verification timed out|"
                r"cannot (?:run|connect)|binary is missing)\b.*|"
                r"The cypress npm package is installed, but the Cypress binary is missing\.|"
                r"Can't run because .*|Your (?:configFile|`?cypress\.\w+`?).* (?:is invalid|threw an error).*)$"
            ),
            cause=Cause.CONFIGURATION,
            body=re.compile(r"\S"),
            blanks=1,
            most=10,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^\s*(?:Error: )?(?P<message>Webpack Compilation Error|Oops\.\.\.we found an error preparing.*)$"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            blanks=1,
            most=15,
            says=re.compile(r"\n\s*((?:Module not found|(?!Error: Webpack)\w*Error).*)"),
        ),
        Form(
            head=re.compile(r"^\s*│? ?✖\s+(?P<message>\S+\.[cm]?[jt]sx?\s+\d\d:\d\d\s.*?)\s*│?$"),
            cause=Cause.TEST,
            rank=Rank.WRAPPER,
            places=0,
        ),
    ),
)

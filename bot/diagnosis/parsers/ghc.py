"""Reads the errors of GHC and the failures of Haskell's test frameworks."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "ghc",
    signs=(".hs:", "FAIL", "Failures:"),
    forms=(
        Form(
            head=re.compile(
                r"^\s*(?P<path>\S+\.l?hs):(?P<line>\d+):(?P<column>\d+):(?: error:)?(?: \[.*\])?(?P<message>(?! [Ww]arning).*)$"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s+\S"),
            needs=re.compile(r"\A(?![\s\S]*\n\s+\d+\) )"),  # hspec names its failures' places alike
            says=re.compile(r"\n\s+(?:• )?(\S.*)"),
        ),
    ),
)

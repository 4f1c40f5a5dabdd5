"""Reads the failures of clojure.test and of the Clojure compiler."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "clojure",
    signs=("FAIL in (", "ERROR in (", "Syntax error compiling at", "CompilerException"),
    forms=(
        Form(
            head=re.compile(
                r"^(?:FAIL|ERROR) in \((?P<test>[^)]+)\)(?: \((?P<path>[\w./-]+):(?P<line>\d+)\))?"
            ),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^(?:FAIL|ERROR) in |^Ran \d+ tests|^lein test "),
            says=re.compile(r"^\s*((?:expected|actual): .+)$", re.MULTILINE),
        ),
        Form(
            head=re.compile(
                r"^Syntax error (?P<message>.+ at \((?P<path>[\w./-]+):(?P<line>\d+):(?P<column>\d+)\).*)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            most=4,
            says=re.compile(r"\n(.+)"),
        ),
    ),
)

"""Reads the failures of clojure.test, of the Clojure compiler and of Leiningen."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "clojure",
    signs=(
        "FAIL in (",
        "failure in (",
        "ERROR in (",
        "Syntax error ",
        "CompilerException",
        "Could not find artifact",
    ),
    landmarks=("FAIL in (", "ERROR in ("),
    forms=(
        Form(
            head=re.compile(
                r"^(?:lein test :only \S+ )?(?:FAIL|ERROR) in \((?P<test>[^)]+)\)(?: \((?P<path>[\w./-]+):(?P<line>\d+)\))?"
            ),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^(?:FAIL|ERROR) in |^Ran \d+ tests|^lein test "),
            says=re.compile(r"^\s*(expected: .+\n\s*actual: .+|(?:expected|actual): .+)$", re.MULTILINE),
        ),
        Form(  # expectations
            head=re.compile(r"^failure in \((?P<path>[\w./-]+):(?P<line>\d+)\) : (?P<test>\S+)"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            blanks=2,
            until=re.compile(r"^failure in \(|^Ran \d+ tests"),
            says=re.compile(r"^\s*(expected: .+\n\s*was: .+)$", re.MULTILINE),
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
        Form(
            head=re.compile(
                r"(?:^|\()(?:clojure\.lang\.Compiler\$)?CompilerException:? (?P<message>.+?)(?:, compiling:\(|compiling:\()"
                r"(?P<path>[^\s:()]+):(?P<line>\d+):(?P<column>\d+)\)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s+at |^Caused by"),
            most=10,
        ),
        Form(
            head=re.compile(
                r"^(?P<message>(?:Could not (?:find|transfer) artifact|Error building classpath\.) .*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^(?:Could not|This could be|Please)"),
            places=0,
        ),
    ),
    suites=counts_of(
        "clojure.test",
        Count(
            sign=" assertions",
            line=re.compile(
                r"Ran (?P<total>\d+) tests containing \d+ assertions(?: in \d+ msecs)?\.?\n(?P<failed>\d+) failures, (?P<errors>\d+) errors\."
            ),
            span=2,
        ),
    ),
)

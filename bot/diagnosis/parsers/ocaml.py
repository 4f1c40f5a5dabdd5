"""Reads the errors of the OCaml compiler, of dune and opam, and the failures of Alcotest and OUnit."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "ocaml",
    signs=(", characters ", "found a bug for you", "[FAIL]", "Error: ", "[ERROR] ", "Fatal error: exception"),
    landmarks=("#=== ERROR while",),
    forms=(
        Form(
            head=re.compile(
                r"^File \"(?P<path>[^\"]+)\", lines? (?P<line>\d+)(?:-\d+)?, characters (?P<column>\d+)-\d+:"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            until=re.compile(r"^File \""),
            most=14,
            needs=re.compile(r"\nError"),
            says=re.compile(r"^Error(?: \(.*\))?: (.+)", re.MULTILINE),
        ),
        Form(  # BuckleScript and ReScript
            head=re.compile(r"^\s+We've found a bug for you!$"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s+\S"),
            blanks=1,
            most=24,
            until=re.compile(r"^\s+We've found a bug|^\s+Warning number"),
            says=re.compile(r"\n\s+((?![\d│┆.]|\S+\.(?:rei?|mli?|resi?)[ :])\S.*)"),
            where=re.compile(r"(?P<path>\S+\.(?:rei?|mli?|resi?))[ :](?P<line>\d+):\d+"),
        ),
        Form(  # Alcotest
            head=re.compile(r"^[│┌ ]*\[FAIL\]\s+(?P<suite>\S.*?)\s{2,}\d+\s+(?P<test>\S.*?)\.?[ │]*$"),
            cause=Cause.TEST,
            body=re.compile(r"^[│└ ]*\S"),
            blanks=1,
            until=re.compile(r"^[│ ]*\[(?:FAIL|OK)\]|^Full test results|^\d+ failure|^The full"),
            says=re.compile(r"^[│ ]*((?:FAIL|ASSERT) .+)", re.MULTILINE),
        ),
        Form(  # OUnit
            head=re.compile(
                r"^(?:Error|Failure): (?P<test>\S+:\d+(?::\S+)?)(?: \(in the (?:log|code)\))?\.$"
            ),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            until=re.compile(r"^={10,}|^-{10,}"),
            blanks=1,
            says=re.compile(r"\n(?:File .*\n)?(\S.*)"),
        ),
        Form(
            head=re.compile(
                r"^\[ERROR\] (?P<message>(?:No solution found|Package conflict|No package named|Sorry, no solution).*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\s+\S"),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?:\[ERROR\] (?P<message>The (?:compilation|installation) of .+ failed.*)|#=== ERROR while \w+ing .*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^#"),
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(r"^Fatal error: (?P<message>exception .+)"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"^(?:Raised|Called|Re-raised) "),
            rank=Rank.LIKELY,
        ),
    ),
    suites=counts_of(
        "ounit",
        Count(
            sign="Tried: ",
            line=re.compile(
                r"(?:FAILED|OK): Cases: (?P<total>\d+) Tried: \d+ Errors: (?P<errors>\d+) Failures: (?P<failed>\d+) Skip: ?(?P<skipped>\d+)"
            ),
        ),
    ),
)

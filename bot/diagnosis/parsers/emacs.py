"""Reads the failures of Emacs Lisp: ERT, buttercup, the byte compiler and the debugger."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.forms.counts import Count, counts_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_FRAMES = re.compile(r"^\s+\S")

PARSER = reader_of(
    "emacs",
    signs=(
        "Symbol's ",
        "Cannot open load file",
        "Wrong ",
        "End of file during parsing",
        " condition:",
        "Lisp error:",
        ".el:",
        "unexpected results:",
        "Traceback (most recent call last):",
    ),
    landmarks=("Debugger entered--Lisp error", " condition:"),
    forms=(
        Form(
            head=re.compile(r"^Test (?P<test>\S+) condition:$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            says=re.compile(r"\n([\s\S]+?)(?:\n\s+FAILED|\Z)"),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^Debugger entered--Lisp error: \(error \"(?P<message>Package `.*' is unavailable)\"\)"
            ),
            cause=Cause.DEPENDENCY,
            body=_FRAMES,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^Debugger entered--Lisp error: (?P<message>\((?:file-error|error) .*(?:Could not create connection|Bad request|"
                r"Failed to download|make client process failed|Connection failed).*)"
            ),
            cause=Cause.INFRASTRUCTURE,
            body=_FRAMES,
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(r"^Debugger entered--Lisp error: (?P<message>.+)"),
            cause=Cause.UNKNOWN,
            body=_FRAMES,
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(  # without the debugger, the last word of a batch
            head=re.compile(
                r"^(?P<message>(?:Symbol's (?:value as variable|function definition) is void: |Cannot open load file: |Wrong type argument: |"
                r"Invalid (?:read syntax|function): |End of file during parsing|Wrong number of arguments: |Args out of range: ).*)"
            ),
            cause=Cause.UNKNOWN,
            near=30,
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(  # buttercup
            head=re.compile(r"^={20,}$"),
            cause=Cause.TEST,
            body=re.compile(r"\S"),
            blanks=1,
            until=re.compile(r"^={20,}$|^Ran \d+"),
            needs=re.compile(r"\n(?:FAILED|error): "),
            names=re.compile(r"\A=+\n(.+)"),
            says=re.compile(r"^(?:FAILED|error): (.+)", re.MULTILINE),
        ),
        Form(
            head=re.compile(r"^(?P<path>\S+\.el):(?P<line>\d+):(?P<column>\d+): Error: (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"^ {4}\S"),
            above=re.compile(r"^In .*:$"),
        ),
        Form(
            head=re.compile(r"^\d+ unexpected results:$"),
            cause=Cause.TEST,
            body=re.compile(r"^\s+\S"),
            names=re.compile(r"^\s+FAILED\s+(\S+)", re.MULTILINE),
            rank=Rank.CONSEQUENCE,
        ),
    ),
    suites=counts_of(
        "ert",
        Count(
            sign=" results as expected",
            line=re.compile(
                r"Ran (?P<total>\d+) tests, (?P<passed>\d+) results as expected(?:, (?P<failed>\d+) unexpected)?(?:, (?P<skipped>\d+) skipped)?"
            ),
        ),
        Count(
            sign=" specs, ",
            line=re.compile(
                r"Ran (?P<total>\d+)(?: out of \d+)? specs, (?P<failed>\d+) failed, in (?P<seconds>[\d.]+)s"
            ),
        ),
    ),
)

"""Reads go test, go build, go vet, golangci-lint and the go command's own errors."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_TEST_BODY = re.compile(
    r"^(?:\s{4,}|\t|panic: |\[signal |goroutine |[\w./*()-]+\(.*\)$|created by |exit status )"
)
_ANOTHER = re.compile(r"^\s*--- (?:FAIL|PASS|SKIP)|^=== |^(?:FAIL|ok|PASS)\b")
_PLACE = r"(?P<path>(?:[\w.@~-]*/)*[\w.-]+\.go):(?P<line>\d+):(?P<column>\d+)"

PARSER = reader_of(
    "go",
    signs=("--- FAIL", ".go:", "panic: ", "go: ", "[build failed]"),
    landmarks=(
        "--- FAIL",
        "panic: ",
    ),
    forms=(
        Form(
            head=re.compile(r"^\s*--- FAIL: (?P<test>\S+)"),
            cause=Cause.TEST,
            body=_TEST_BODY,
            until=_ANOTHER,
            blanks=1,
            places=10,
            says=re.compile(r"^\s+(?:\w[\w.-]*\.go:\d+: |Error:\s+)(\S.*)", re.MULTILINE),
        ),
        Form(
            head=re.compile(r"^panic: (?P<message>.+)"),
            cause=Cause.TEST,
            body=re.compile(r"^(?:\s|goroutine |\w[\w./*()-]*\()"),
            until=_ANOTHER,
            blanks=1,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(rf"^{_PLACE}: (?P<message>\S+@v\S+: (?:Get|Head|reading|dial) .+)"),
            cause=Cause.INFRASTRUCTURE,
        ),
        Form(
            head=re.compile(rf"^{_PLACE}: (?P<message>.+ \([a-z]\w*\))$"),
            cause=Cause.LINT,
            body=re.compile(r"^\s"),
            most=4,
        ),
        Form(
            head=re.compile(rf"^(?:vet: )?{_PLACE}: (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\t"),
        ),
        Form(
            head=re.compile(
                r"^go: (?P<message>.*(?:missing go\.sum|no required module|updates to go\.(?:mod|sum)|unknown revision|"
                r"verifying|invalid version|module lookup|not found|inconsistent vendoring|reading http).*)"
            ),
            cause=Cause.DEPENDENCY,
            places=0,
        ),
        Form(
            head=re.compile(r"^FAIL\t(?P<message>\S+ \[(?:build|setup) failed\])"),
            cause=Cause.COMPILE,
            rank=Rank.CONSEQUENCE,
        ),
    ),
)

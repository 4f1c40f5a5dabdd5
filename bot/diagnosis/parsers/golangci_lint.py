"""Reads golangci-lint, gometalinter, staticcheck and gofmt."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_PLACE = r"^(?P<path>(?:[\w.@~+-]*/)*[\w.-]+\.go):(?P<line>\d+)(?::(?P<column>\d+)?)?"
_LEVEL = r":(?:(?:warning|error):)? "
_SOURCE = re.compile(r"^\s")

PARSER = reader_of(
    "golangci-lint",
    signs=("golangci", "(", "level=error", ".go.orig", "issues:"),
    landmarks=('level=error msg="',),
    forms=(
        Form(
            head=re.compile(rf"{_PLACE}{_LEVEL}(?P<message>.* \((?:compile|typecheck)\))$"),
            cause=Cause.COMPILE,
            body=_SOURCE,
            most=4,
        ),
        Form(
            head=re.compile(
                rf"{_PLACE}{_LEVEL}(?P<message>.* \((?:gofmt|gofumpt|goimports|gci|golines|swaggo)\))$"
            ),
            cause=Cause.FORMAT,
            body=_SOURCE,
            most=8,
        ),
        Form(
            head=re.compile(rf"{_PLACE}{_LEVEL}(?P<message>.* \([A-Za-z][\w-]*\))$"),
            cause=Cause.LINT,
            body=_SOURCE,
            most=4,
        ),
        Form(
            head=re.compile(r"^diff (?:-u )?(?P<path>\S+\.go)(?:\.orig)? \S+\.go$"),  # gofmt -d
            cause=Cause.FORMAT,
            body=re.compile(r"^(?:---|\+\+\+|@@|[-+ \t])"),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?:level=error|ERRO)\b.*?(?:msg=\"|\] )(?P<message>.*(?:Running error|Timeout exceeded|can't load config).*)"
            ),
            cause=Cause.CONFIGURATION,
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(r"^(?P<message>\d+ issues:)$"),
            cause=Cause.LINT,
            body=re.compile(r"^\* \S+: \d+$"),
            rank=Rank.CONSEQUENCE,
        ),
    ),
)

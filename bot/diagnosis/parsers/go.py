"""Reads what go build, go vet and the go command say of code and of modules."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_FILE = r"(?P<path>(?:[A-Za-z]:)?(?:[\w.@~+-]*[/\\])*[\w.-]+\.go)"
_PLACE = rf"{_FILE}:(?P<line>\d+):(?P<column>\d+)"
_MODULE = (
    r"missing go\.sum entry|no required module provides package|cannot find (?:package|module)|package \S+ is not in (?:GOROOT|std)|"
    r"package \S+ is not in \S+|module \S+ found .*but does not contain package|import lookup disabled"
)
_NETWORK = (
    r"dial tcp|i/o timeout|TLS handshake timeout|connection (?:refused|reset|timed out)|no such host|server misbehaving|"
    r"unexpected EOF|\b50[0-4] |stream error|context deadline exceeded"
)
# What the analysers of `go vet` say (https://pkg.go.dev/cmd/vet); the compiler's errors come through vet with `vet: `.
_VETTED = (
    r"\S+ format %|.* call has |.* (?:arg list ends|possible formatting directive|call needs \d+ arg|passes lock by value|"
    r"assigns? .* lock|composite literal uses unkeyed fields|loop variable \S+ captured|missing cases in switch|"
    r"self-assignment|is not used on all paths|struct field tag|result of \S+ call not used|should have signature|"
    r"possible misuse of)|unreachable code|the cancel function|missing cases in switch|"
    r"non-constant format string|\S+ copies lock|impossible type assertion"
)

PARSER = reader_of(
    "go",
    signs=(".go:", "go: ", "[build failed]", "[setup failed]", "go.mod"),
    landmarks=("[build failed]", "[setup failed]"),
    forms=(
        Form(
            head=re.compile(rf"^{_PLACE}: (?P<message>\S+@v\S+: .*(?:{_NETWORK}).*)"),
            cause=Cause.INFRASTRUCTURE,
        ),
        Form(
            head=re.compile(rf"^{_PLACE}: (?P<message>.*(?:{_MODULE}).*)"),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\t"),
            most=6,
        ),
        Form(
            head=re.compile(rf"^{_PLACE}: (?P<message>(?:{_VETTED}).*)"),
            cause=Cause.LINT,
            body=re.compile(r"^\t"),
        ),
        Form(
            head=re.compile(rf"^(?:vet: )?{_PLACE}: (?P<message>(?!.* \([a-zA-Z][\w.]*\)$).+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\t|^\.\./|^too many errors$"),
        ),
        Form(  # up to Go 1.9 the compiler named no column
            head=re.compile(
                rf"^{_FILE}:(?P<line>\d+): (?P<message>.*(?:redeclared|undefined|declared (?:and|but) not used|imported and not used|"
                r"cannot (?:use|convert|find|assign)|syntax error|missing return|too many|not enough|invalid operation|"
                r"no new variables|duplicate|undeclared|non-name|is not a type).*)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^\t"),
        ),
        Form(
            head=re.compile(rf"^go: (?P<message>.*(?:{_NETWORK}).*)"),
            cause=Cause.INFRASTRUCTURE,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^go: (?P<message>(?:errors parsing go\.mod|cannot find main module|go\.mod file (?:not found|indicates)|"
                r"no such tool|unknown (?:command|flag)|go\.work|-mod may only).*)"
            ),
            cause=Cause.CONFIGURATION,
            body=re.compile(r"^\s|^go\.mod:\d+"),
            most=8,
        ),
        Form(
            head=re.compile(
                r"^go: (?P<message>.*(?:missing go\.sum|no required module|updates to go\.(?:mod|sum)|unknown revision|"
                r"verifying|invalid version|module lookup|not found|inconsistent vendoring|reading http|checksum mismatch|"
                r"requires go >=|no matching versions|parsing go\.mod|requires$|unrecognized import path|"
                r"invalid (?:pseudo-version|go version)|toolchain not available|ambiguous import|found, but does not contain).*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\s|^SECURITY ERROR|^This download does NOT match"),
            blanks=1,
            most=14,
            places=0,
        ),
        Form(
            head=re.compile(r"^(?P<message>\S+: cannot find module providing package \S+.*)"),
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

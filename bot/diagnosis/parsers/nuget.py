"""Reads the errors of NuGet's restore."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_PROJECT = r"^\s*(?:\d+>)?(?:\S+(?: \S+)*? ?: )?error "
_NETWORK = (
    r"(?:timed out|No such host|Name or service not known|nodename nor servname|Connection re(?:set|fused)|"
    r"(?:does not indicate success: |returned )(?:429|5\d\d)|SSL connection could not|actively refused|unreachable|"
    r"An error occurred while sending the request|response ended prematurely)"
)

PARSER = reader_of(
    "nuget",
    signs=("error NU", "NuGet", "nuget", "Failed to restore", "service index"),
    landmarks=("error NU",),
    forms=(
        Form(
            head=re.compile(rf"{_PROJECT}(?P<message>NU\d+: .*{_NETWORK}.*)"),
            cause=Cause.INFRASTRUCTURE,
            body=re.compile(rf"^\s.*{_NETWORK}"),
            most=4,
            places=0,
            rank=Rank.LIKELY,
        ),
        Form(
            head=re.compile(rf"{_PROJECT}(?P<message>NU1301: .*)"),
            cause=Cause.INFRASTRUCTURE,
            body=re.compile(r"error NU1301:|^\s+\S"),
            until=re.compile(r"Failed to restore"),
            needs=re.compile(_NETWORK),
            most=4,
            places=0,
            rank=Rank.LIKELY,
        ),
        Form(
            head=re.compile(rf"{_PROJECT}(?P<message>NU\d+: .+)"),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\s+(?:- |\S+ ->)"),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^\s*(?P<message>(?:Unable to (?:find version '|load the service index|resolve dependency)|Unable to find package|"
                r"Package '\S+' is not found|Errors in packages\.config).*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\s+\S"),
            most=6,
            places=0,
        ),
        Form(
            head=re.compile(r"^\s*(?P<message>Failed to restore \S+.*)"),
            cause=Cause.DEPENDENCY,
            rank=Rank.WRAPPER,
            places=0,
        ),
    ),
)

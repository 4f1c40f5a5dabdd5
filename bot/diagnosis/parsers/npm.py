"""Reads the errors of npm: what cannot be resolved, fetched or run."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_NPM = r"^npm (?:ERR!|error) "
_LINE = re.compile(r"^npm (?:ERR!|error)")
_END = re.compile(
    r"Clean install a project|A complete log of this run|For a full report see|Note that you can also install"
)
_SAYS = re.compile(
    r"^npm (?:ERR!|error) (?!code\b|errno\b|syscall\b|path\b)(?:(?:404|notarget|ERESOLVE|notsup|network|audit) )?(\S.+)",
    re.MULTILINE,
)

PARSER = reader_of(
    "npm",
    signs=("npm ERR!", "npm error", "# npm audit report", ": not found", ": command not found"),
    landmarks=("npm ERR!", "npm error"),
    forms=(
        Form(
            head=re.compile(
                rf"{_NPM}code (?:E404|ERESOLVE|ETARGET|EINTEGRITY|EBADENGINE|ENOTSUP|EUSAGE|ENOLOCK|EJSONPARSE|EBADPLATFORM|EUNSUPPORTEDPROTOCOL|EOVERRIDE|E40[13])"
            ),
            cause=Cause.DEPENDENCY,
            body=_LINE,
            until=_END,
            says=_SAYS,
            places=0,
        ),
        Form(
            head=re.compile(
                rf"{_NPM}code (?:ENOTFOUND|ETIMEDOUT|ECONNRESET|EAI_AGAIN|ECONNREFUSED|E429|E50\d|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT|ENOSPC)"
            ),
            cause=Cause.INFRASTRUCTURE,
            body=_LINE,
            until=_END,
            says=_SAYS,
            places=0,
        ),
        Form(
            head=re.compile(rf"{_NPM}(?P<message>Missing script: .+|missing script: .+)$"),
            cause=Cause.CONFIGURATION,
            places=0,
        ),
        Form(
            head=re.compile(r"^# (?P<message>npm audit report)$"),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"\S"),
            blanks=2,
            says=re.compile(r"(?s)\A(?:.*\n)?(\d+ (?:\w+ severity )?vulnerabilit[^\n]+)"),
            places=0,
        ),
        Form(
            head=re.compile(r"^sh: (?:\d+: |line \d+: )?(?P<message>\S+: (?:command )?not found)$"),
            cause=Cause.CONFIGURATION,
            above=re.compile(r"^> "),
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(
                rf"{_NPM}(?P<message>code ELIFECYCLE|Test failed\..*|Lifecycle script .+ failed.*|command failed)$"
            ),
            cause=Cause.UNKNOWN,
            body=_LINE,
            most=8,
            rank=Rank.WRAPPER,
            places=0,
        ),
    ),
)

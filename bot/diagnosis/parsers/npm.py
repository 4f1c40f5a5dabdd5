"""Reads the errors of npm, pnpm and yarn and of Node.js itself."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_LINE = re.compile(r"^npm (?:ERR!|error)")

PARSER = reader_of(
    "npm",
    signs=(
        "npm ERR!",
        "npm error",
        "ERR_PNPM",
        "error Couldn't find",
        "error An unexpected",
        "throw ",
        "lockfile needs",
        "Node.js v",
        "node:internal",
    ),
    landmarks=(
        "npm ERR!",
        "npm error",
    ),
    forms=(
        Form(
            head=re.compile(
                r"^npm (?:ERR!|error) code (?:E404|ERESOLVE|ETARGET|EINTEGRITY|EBADENGINE|ENOTSUP|EUSAGE|E40[13])"
            ),
            cause=Cause.DEPENDENCY,
            body=_LINE,
            says=re.compile(r"^npm (?:ERR!|error) (?!code)(?:\S+ )?(\S.+)", re.MULTILINE),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^npm (?:ERR!|error) code (?:ENOTFOUND|ETIMEDOUT|ECONNRESET|EAI_AGAIN|ECONNREFUSED|E50\d|ERR_SOCKET_TIMEOUT)"
            ),
            cause=Cause.INFRASTRUCTURE,
            body=_LINE,
            says=re.compile(r"^npm (?:ERR!|error) (?!code)(\S.+)", re.MULTILINE),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^\s*(?P<message>ERR_PNPM_\w+ .*)|^error (?P<test>)(?:Couldn't find|An unexpected error|Your lockfile needs).*"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\s+\S"),
            places=0,
        ),
        Form(
            head=re.compile(r"^(?P<path>\S+\.[cm]?[jt]sx?):(?P<line>\d+)$"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"\S"),
            until=re.compile(r"^Node\.js v|^npm "),
            blanks=2,
            most=16,
            needs=re.compile(r"\n\s+at |Error"),
            says=re.compile(r"^((?:\w+\.)*\w*Error\b.*)", re.MULTILINE),
            rank=Rank.LIKELY,
        ),
    ),
)

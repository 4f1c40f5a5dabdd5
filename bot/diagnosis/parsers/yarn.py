"""Reads the errors of Yarn, classic and modern: what cannot be resolved, fetched or run."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_MODERN = r"^➤ YN\d{4}: (?:[│┌└] )?"

PARSER = reader_of(
    "yarn",
    signs=(
        "error Couldn't",
        "error An ",
        "error Your lockfile",
        "error Command",
        "error Found",
        "error ",
        "➤ YN",
        "Usage Error: ",
    ),
    landmarks=("➤ YN0001", "➤ YN0028"),
    forms=(
        Form(
            head=re.compile(
                r"^error (?P<message>An unexpected error occurred: .*(?:ETIMEDOUT|ECONNRESET|ESOCKETTIMEDOUT|ENOTFOUND|EAI_AGAIN|5\d\d |tunneling).*)$"
            ),
            cause=Cause.INFRASTRUCTURE,
            body=re.compile(r"^info (?:There appears|If you think)"),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^error (?P<message>Couldn't find .*|Your lockfile needs .*|An unexpected error occurred: .*|"
                r".*: The engine \".*|Found incompatible module\.?|Integrity check failed.*|Outdated lockfile.*|"
                r".*: Command failed\.)$"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(
                r"^\s+\S|^(?:Exit code|Command|Arguments|Directory|Output|error Found incompatible)"
            ),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^error (?P<message>Command \".+\" not found\.)$|^Usage Error: (?P<test>)(?P<said>.*)$"
            ),
            cause=Cause.CONFIGURATION,
            places=0,
        ),
        Form(
            head=re.compile(r"^➤ YN0028: "),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^➤ YN00(?:28|00): │ "),
            says=re.compile(r"(The lockfile would have been .*)"),
            places=0,
            most=60,
        ),
        Form(
            head=re.compile(
                r"^➤ YN0001: (?:│ )?(?P<message>(?:RequestError|.*(?:ETIMEDOUT|ECONNRESET|EAI_AGAIN)).*)$"
            ),
            cause=Cause.INFRASTRUCTURE,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^➤ YN(?:0001|0009|0010|0016|0018|0027|0035|0041|0082|0090): (?:│ )?(?P<message>\S.*)$"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^➤ YN(?:0009|0035|0041): |^➤ YN0000: │   Response"),
            places=0,
        ),
        Form(
            head=re.compile(
                rf"^error (?P<message>Command failed with exit code \d+\.)$|{_MODERN}Failed with errors.*$"
            ),
            cause=Cause.UNKNOWN,
            rank=Rank.WRAPPER,
            places=0,
        ),
    ),
)

"""Reads which environments of tox failed, and why one could not be made."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_ENV = r"[\w.{}-]+"

PARSER = reader_of(
    "tox",
    signs=(
        ": FAIL ",
        ": failed with ",
        "InvocationError",
        "InterpreterNotFound",
        ": commands failed",
        "could not install deps",
    ),
    forms=(
        Form(
            head=re.compile(rf"^{_ENV}: failed with (?P<message>could not find python interpreter .+)$"),
            cause=Cause.CONFIGURATION,
        ),
        Form(
            head=re.compile(
                rf"^{_ENV}: failed with (?P<message>.+ is not allowed, use allowlist_externals.*)$"
            ),
            cause=Cause.CONFIGURATION,
        ),
        Form(
            head=re.compile(rf"^ERROR:\s+{_ENV}: (?P<message>InterpreterNotFound: .+)$"),
            cause=Cause.CONFIGURATION,
        ),
        Form(
            head=re.compile(r"^ERROR: (?P<message>could not install deps .+)$"),
            cause=Cause.DEPENDENCY,
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(
                rf"^(?P<message>ERROR: InvocationError .+|ERROR:\s+{_ENV}: commands failed|\s*{_ENV}: FAIL (?:code \d+ |✖ ).+)$"
            ),
            cause=Cause.UNKNOWN,
            body=re.compile(rf"^\s*{_ENV}: FAIL code|^ERROR:\s+{_ENV}: commands failed"),
            rank=Rank.WRAPPER,
            places=0,
        ),
    ),
)

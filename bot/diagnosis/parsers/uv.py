"""Reads why uv could not resolve, fetch or build packages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.build_backends import read_backends
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_HEAD = r"^\s*(?:error: |× )"
_BODY = re.compile(r"^\s*(?:cause: |hint: |[├╰]─▶ |│|Caused by: )|^\s{2,}\S")
_BACKEND = re.compile(
    r"^\s*(?:error: |× |[├╰]─▶ )?(?:The build backend returned an error|Build backend failed to|Failed to build [`']).*"
)
_BACKEND_END = re.compile(r"^(?=\S)(?!\[)|^\s+hint: ")
_FORMS = (
    Form(
        head=re.compile(rf"{_HEAD}(?P<message>No solution found when resolving .+)$"),
        cause=Cause.DEPENDENCY,
        body=_BODY,
        blanks=1,
        says=re.compile(r"\n\s*(?:cause: |╰─▶ )(.+)"),
        places=0,
    ),
    Form(
        head=re.compile(
            rf"{_HEAD}(?P<message>The lockfile at `.+` needs to be updated.*|Unable to find lockfile at `.+)$"
        ),
        cause=Cause.DEPENDENCY,
        body=_BODY,
        places=0,
    ),
    Form(
        head=re.compile(
            rf"{_HEAD}(?P<message>(?:Request failed after \d+ retries|error sending request)\b.*)$"
        ),
        cause=Cause.INFRASTRUCTURE,
        body=_BODY,
        places=0,
    ),
    Form(
        head=re.compile(
            rf"{_HEAD}(?P<message>Failed to (?:fetch|download|resolve|prepare|install|parse|generate|extract)\b.*|"
            r"Distribution `.+` can't be installed.*|No (?:interpreter|virtual environment) found .*)$"
        ),
        cause=Cause.DEPENDENCY,
        body=_BODY,
        blanks=1,
        says=re.compile(r"\n\s*(?:cause: |╰─▶ |Caused by: )(Hash mismatch.*)"),
        places=0,
    ),
    Form(
        head=re.compile(rf"{_HEAD}(?P<message>The interpreter at `.+` is externally managed.*)$"),
        cause=Cause.CONFIGURATION,
        places=0,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find what could not be resolved or fetched, and what a build backend said."""
    yield from read_backends(log, _BACKEND, _BACKEND_END)
    yield from read_forms(log, _FORMS)


PARSER = LogParser(
    name="uv",
    signs=("No solution found", "error: ", "lockfile", "× Failed", "uild backend", "can't be installed"),
    read=read,
)

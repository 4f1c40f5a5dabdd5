"""Reads what Sphinx says about documentation, its warnings where they are made errors."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_PLACE = r"^(?P<path>[^\s:][^:]*\.(?:rst|md|py|pyi|ipynb|txt)):(?:docstring of [\w.]+:)?(?P<line>\d+): "
_FORMS = (
    Form(
        head=re.compile(rf"{_PLACE}(?:ERROR|SEVERE|CRITICAL): (?P<message>.+)"),
        cause=Cause.DOCS,
    ),
    Form(
        head=re.compile(r"^\s*sphinx\.errors\.\w+: (?P<path>[^\s:]+):(?P<line>\d+):\s?(?P<message>.+)$"),
        cause=Cause.DOCS,
    ),
    Form(
        head=re.compile(r"^(?P<message>(?:Extension|Configuration|Theme) error):?$"),
        cause=Cause.CONFIGURATION,
        body=re.compile(r"\S"),
        most=5,
        says=re.compile(r"\n(.+)"),
        places=0,
    ),
)
_WARNINGS = (
    Form(
        head=re.compile(r"^Warning, treated as error:$"),
        cause=Cause.DOCS,
        body=re.compile(r"\S"),
        most=3,
        says=re.compile(r"\n(.+)"),
    ),
    Form(head=re.compile(rf"{_PLACE}WARNING: (?P<message>.+)"), cause=Cause.DOCS),
    Form(head=re.compile(r"^\S[^:]*\.(?:rst|md|py): WARNING: (?P<message>.+)"), cause=Cause.DOCS),
)
_STRICT = re.compile(r"treated as errors?\b")
_STRICTLY = re.compile(r"sphinx.* (?:-\w*W|--fail-on-warning|--exception-on-warning)\b")


def read(log: Log) -> Iterator[Finding]:
    """This function will find errors and, if the build is strict, warnings; else these are only likely."""
    yield from read_forms(log, _FORMS)
    is_strict = _STRICTLY.search(log.failed_step) or any(_STRICT.search(line.text) for line in log.lines)
    for finding in read_forms(log, _WARNINGS):
        yield finding if is_strict else replace(finding, rank=Rank.LIKELY)


PARSER = LogParser(
    name="sphinx",
    signs=(
        "sphinx.errors.",
        ": WARNING: ",
        ": ERROR: ",
        "treated as error",
        "Extension error",
        "Configuration error",
        "Theme error",
    ),
    read=read,
)

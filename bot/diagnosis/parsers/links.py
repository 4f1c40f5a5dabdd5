"""Reads the dead links that link checkers report."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "links",
    signs=(
        "> Links",
        "[✖]",
        "✗ [",
        "[ERROR] http",
        "dead links",
        "External link",
        "internally linking",
        "[404]",
        "[ERR]",
    ),
    forms=(
        Form(  # awesome_bot
            head=re.compile(r"^> (?:Links|Dupes)\s*$"),
            cause=Cause.DOCS,
            body=re.compile(r"^\s+(?:\d+\. |\[L\d)"),
            needs=re.compile(r"\n"),
            says=re.compile(r"\n\s+(\S.*)"),
            places=0,
        ),
        Form(  # markdown-link-check
            head=re.compile(r"^\s*\[✖\] (?P<message>\S.*)$"),
            cause=Cause.DOCS,
            above=re.compile(r"^FILE: "),
            places=0,
        ),
        Form(  # lychee
            head=re.compile(
                r"^\s*(?:✗ )?(?P<message>\[(?:[45]\d\d|ERR|ERROR|TIMEOUT|TIMEOUT_ERROR)\] (?:https?|file|mailto):\S.*)"
            ),
            cause=Cause.DOCS,
            above=re.compile(r"^(?:Errors in \S+|### Errors in )"),
            places=0,
        ),
        Form(  # htmlproofer
            head=re.compile(
                r"^\s*[-*] +(?P<message>(?:External link \S+ failed|internally linking to|linking to internal hash|\S+ is not an HTTPS link|"
                r"image \S+ does not (?:have an alt|exist)).*)"
            ),
            cause=Cause.DOCS,
            above=re.compile(r"^- \S+\.html"),
            body=re.compile(r"^\s+[<\S]"),
            most=4,
            places=0,
        ),
    ),
)

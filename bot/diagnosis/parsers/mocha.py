"""Reads the failures that Mocha and Jasmine-like reporters number."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import ALWAYS, Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "mocha",
    signs=(" failing",),
    landmarks=(" failing",),
    forms=(
        Form(
            head=re.compile(r"^\s*\d+\)(?: \S.*)?$"),
            cause=Cause.TEST,
            body=ALWAYS,
            until=re.compile(r"^\s*\d+\) |^npm ERR!|^\[\d\d:\d\d|^\S.*exited with"),
            blanks=3,
            says=re.compile(
                r"^\s*((?:Uncaught )?\w*(?:Error|Exception)\b.*|.*[Tt]imeout of .*)$", re.MULTILINE
            ),
            names=re.compile(
                r"^\s*\d+\) ?\s*(\S[^\n]*(?:\n\s+\S[^\n]*){0,6}?):?$(?=\n\s*(?:[A-Z]\w*(?:Error|Exception)|[+-] |at ))",
                re.MULTILINE,
            ),
            needs=re.compile(r"\n\s+at |Error\b|\n\s*[+-]|[Tt]imeout"),
        ),
    ),
)

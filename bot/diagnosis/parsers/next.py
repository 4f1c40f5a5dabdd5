"""Reads what stops a build by Next.js."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import ALWAYS, Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "next",
    signs=("Failed to compile.", "Error occurred prerendering page"),
    landmarks=("Failed to compile.", "Error occurred prerendering page"),
    forms=(
        Form(
            head=re.compile(r"^\s*(?:⨯ )?(?P<message>Failed to compile\.)$"),
            cause=Cause.COMPILE,
            body=ALWAYS,
            until=re.compile(
                r"^> Build failed|^https://nextjs\.org/docs/messages|^npm |^error Command|^\s*ELIFECYCLE"
            ),
            blanks=2,
            needs=re.compile(r"\n\s*(?:\S*[Ee]rror: |Module not found|\S+\.\w+)"),
            says=re.compile(
                r"\n\s*((?:Type error|Module not found|Syntax error|\w*Error|Module build failed).*)"
            ),
        ),
        Form(
            head=re.compile(r"^Error occurred prerendering page (?P<message>\"[^\"]+\")\..*$"),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            until=re.compile(r"^Error occurred prerendering|^> Export encountered"),
            most=8,
            says=re.compile(r"\n((?:\w*Error).*)"),
        ),
    ),
)

"""Reads Terraform's error boxes, failed tests and unformatted files."""

from __future__ import annotations

import re

from bot.diagnosis.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "terraform",
    signs=("Error: ", "╷", ".tf", ".hcl"),
    forms=(
        Form(
            head=re.compile(r"^\s*(?:│ )?Error: (?P<message>Test assertion failed|Test .*)"),
            cause=Cause.TEST,
            body=re.compile(r"^\s*│|^\s+\S|^\S"),
            until=re.compile(r"^╵|^Error: |^(?:Success|Failure)!"),
            blanks=2,
            most=14,
        ),
        Form(
            head=re.compile(r"^\s*(?:│ )?Error: (?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s*│|^\s+\S|^\S"),
            until=re.compile(r"^╵|^Error: "),
            blanks=2,
            most=14,
            needs=re.compile(r"on \S+ line \d+"),
        ),
        Form(head=re.compile(r"^(?P<message>[\w./-]+\.(?:tf|tfvars|tftest\.hcl|hcl))$"), cause=Cause.FORMAT),
    ),
)

"""Reads what Django's management commands refuse: system checks and missing migrations."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "django",
    signs=("SystemCheckError: ", "CommandError: ", "Migrations for '"),
    forms=(
        Form(
            head=re.compile(r"^(?:\S*\.)?(?P<message>SystemCheckError: .*)$"),
            cause=Cause.CONFIGURATION,
            body=re.compile(r"\S"),
            until=re.compile(r"^WARNINGS:|^System check identified \d+ issue"),
            blanks=1,
            says=re.compile(r"\nERRORS:\n(.+)"),
            places=0,
        ),
        Form(head=re.compile(r"^(?P<message>CommandError: .+)$"), cause=Cause.CONFIGURATION),
        Form(  # makemigrations --check
            head=re.compile(r"^(?P<message>Migrations for '[^']+':)$"),
            cause=Cause.LINT,
            body=re.compile(r"^\s+\S"),
            places=0,
        ),
    ),
)

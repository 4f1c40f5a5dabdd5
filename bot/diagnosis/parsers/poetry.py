"""Reads why Poetry could not resolve or install packages."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "poetry",
    signs=(
        "version solving failed",
        "poetry.lock",
        "Poetry configuration is invalid",
        "oetry",
        "subprocess exited when",
        "Package ",
    ),
    forms=(
        Form(
            head=re.compile(
                r"^\s*The current project's .*Python .* is not compatible with some of the required"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"\S"),
            until=re.compile(r"^\s*(?:\* Check your dependencies|[×•] )"),
            blanks=1,
            says=re.compile(r"\n\s*((?:Because|And because|So, because|Thus, ).*version solving failed\.?)"),
            places=0,
        ),
        Form(
            head=re.compile(r"^\s*(?P<message>(?:Because|And because|So, because|Thus,) .+)$"),
            cause=Cause.DEPENDENCY,
            body=re.compile(
                r"^\s*(?:\(\d+\) )?(?:Because|And because|So, because|Thus,|and|depends on|requires|\w)"
            ),
            blanks=1,
            needs=re.compile(r"version solving failed"),
            says=re.compile(r"(?:^|\n)\s*([^\n]*version solving failed\.?)"),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?:Error: )?(?P<message>pyproject\.toml changed significantly since poetry\.lock was last generated\..*|"
                r"poetry\.lock is not (?:up to date|consistent) with pyproject\.toml.*|The lock file is not .+|"
                r"Package \S+ \(.+\) not found\.|Unable to find installation candidates for .+)$"
            ),
            cause=Cause.DEPENDENCY,
            places=0,
        ),
        Form(
            head=re.compile(r"^(?P<message>The Poetry configuration is invalid):?$"),
            cause=Cause.CONFIGURATION,
            body=re.compile(r"^\s+- "),
            says=re.compile(r"\n\s+- (.+)"),
            places=0,
        ),
    ),
)

"""Reads the errors of webpack and its command line."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

_UNTIL = re.compile(
    r"^(?:ERROR|WARNING) in |^webpack (?:[\d.]+ )?compiled|^resolve '|^\d+ (?:errors?|warnings?) (?:has|have)|^npm |^Child "
)
_SAYS = re.compile(r"\n\s*(\S.*)")

PARSER = reader_of(
    "webpack",
    signs=("ERROR in ", "[webpack-cli]"),
    landmarks=("ERROR in ",),
    forms=(
        Form(
            head=re.compile(
                r"^\s*ERROR in (?P<path>\S+\.\w+)(?: |:|\()(?P<line>\d+)(?:[:,](?P<column>\d+))?\)?(?:-[\d:]+)?$"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            until=_UNTIL,
            most=14,
            says=_SAYS,
        ),
        Form(
            head=re.compile(r"^\s*ERROR in (?P<message>(?!\([\w?!*-]+\) \()\S.*)$"),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            until=_UNTIL,
            most=14,
            says=_SAYS,
        ),
        Form(
            head=re.compile(r"^\[webpack-cli\] (?P<message>(?!Compilation|You can|Done)\S.*)$"),
            cause=Cause.CONFIGURATION,
            body=re.compile(r"^\[webpack-cli\] |^ (?:-|\* )"),
            places=0,
        ),
    ),
)

"""Reads the failed tasks of Ansible; those whose errors are ignored are none."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_ABOVE = re.compile(r"^(?:TASK|RUNNING HANDLER) \[|^An exception occurred")
_IGNORED = re.compile(r"\A(?![\s\S]*\n\.\.\.ignoring)")
_SAYS = re.compile(r"(?:\"msg\": \"|^ *msg: )((?:[^\"\\\n]|\\.)+)", re.MULTILINE)
_BODY = re.compile(r"^\.\.\.ignoring|^ {2,}\S|^\}$")

PARSER = reader_of(
    "ansible",
    signs=("FAILED! =>", "UNREACHABLE! =>", "ERROR! ", "[ERROR]: "),
    landmarks=("FAILED! =>", "UNREACHABLE! =>"),
    forms=(
        Form(
            head=re.compile(r"^fatal: \[[^\]]+\].*: UNREACHABLE! => .*"),
            cause=Cause.INFRASTRUCTURE,
            above=_ABOVE,
            body=_BODY,
            needs=_IGNORED,
            says=_SAYS,
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?:fatal|failed): \[[^\]]+\].*: FAILED! => .*|^failed: \[[^\]]+\] \(item=.*\) => .*"
            ),
            cause=Cause.CONFIGURATION,
            above=_ABOVE,
            body=_BODY,
            needs=_IGNORED,
            says=_SAYS,
            places=0,
        ),
        Form(
            head=re.compile(r"^(?:ERROR! |\[ERROR\]: )(?P<message>.+)"),
            cause=Cause.CONFIGURATION,
            body=re.compile(r"\S"),
            blanks=1,
            most=16,
            where=re.compile(r"'(?P<path>[^']+)': line (?P<line>\d+)"),
        ),
    ),
)

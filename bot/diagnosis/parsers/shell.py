"""Reads what a shell says of a script: commands not found, files missing, syntax it cannot read."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_NEAR = 60
_SHELL = r"(?:\S*(?:bash|sh|dash|zsh)|\S+\.sh|\S+\.(?:sh|bash)\b\S*|\.\S+|/\S+)"

PARSER = reader_of(
    "shell",
    signs=(": not found", "command not found", "not recognized as", "No such file", "Permission denied", "unbound variable",
           "syntax error", "bad substitution", "cannot execute", "Exec format", "Argument list too long"),
    forms=(
        Form(
            head=re.compile(
                r"^(?P<message>(?:\S+: )?(?:line \d+: |\d+: )?\S+: (?:command )?not found|.*is not recognized as an internal or external command.*|"
                r".*is not recognized as (?:the name of|a name of) a cmdlet.*)$"
            ),
            cause=Cause.CONFIGURATION,
            near=_NEAR,
            body=re.compile(r"^operable program or batch file"),
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(
                rf"^(?P<message>{_SHELL}: (?:line \d+: |\d+: )?.*(?:No such file or directory|Permission denied|unbound variable|"
                r"bad substitution|cannot execute.*|Exec format error|Argument list too long|parameter null or not set|Is a directory|"
                r"syntax error.*|[Uu]nexpected (?:EOF|end of file).*))$"
            ),
            cause=Cause.CONFIGURATION,
            near=_NEAR,
            body=re.compile(rf"^{_SHELL}: line \d+: "),
            rank=Rank.LIKELY,
            places=0,
        ),
    ),
)  # fmt: skip

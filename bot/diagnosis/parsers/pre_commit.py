"""Reads which hooks of pre-commit failed and what they changed."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

# The title is padded with dots, as far as a terminal is wide.
_DOTS = r"(?<!\.)\.{3,}+(?:\([^()]*\))?"
_END = re.compile(rf"^(?=.{{1,250}}$).+?{_DOTS}(?:Passed|Failed|Skipped)$|^pre-commit hook\(s\) made changes")
_HEAD = rf"^(?=.{{1,250}}$)(?P<message>\S.*?){_DOTS}Failed$"

PARSER = reader_of(
    "pre-commit",
    signs=("- hook id: ", "An error has occurred: ", "An unexpected error has occurred: "),
    landmarks=("- hook id: ",),
    forms=(
        Form(
            head=re.compile(_HEAD),
            cause=Cause.FORMAT,
            body=re.compile(r""),
            until=_END,
            blanks=2,
            needs=re.compile(r"\n- hook id: [^\n]*\n(?:- [^\n]*\n)*- files were modified by this hook"),
            places=0,
            most=15,
        ),
        Form(
            head=re.compile(_HEAD),
            cause=Cause.CONFIGURATION,
            body=re.compile(r""),
            until=_END,
            blanks=2,
            needs=re.compile(r"\nExecutable `[^`\n]+` (?:not found|is not executable)"),
            says=re.compile(r"\n(Executable `.+)"),
        ),
        Form(  # what the hook's tool says in between is read by that tool's parser
            head=re.compile(_HEAD),
            cause=Cause.LINT,
            body=re.compile(r"^- (?:hook id|exit code|duration): "),
            needs=re.compile(r"\n- hook id: "),
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(r"^An (?:unexpected )?error has occurred: (?P<message>\S.*?):?$"),
            cause=Cause.CONFIGURATION,
            body=re.compile(r"\S"),
            until=re.compile(r"^Check the log at "),
            most=15,
            says=re.compile(r"\n=+> ((?!File |At ).+)"),
        ),
    ),
)

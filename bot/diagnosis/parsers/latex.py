"""Reads the errors of TeX and LaTeX."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "latex",
    signs=("! ", ".tex:", ".sty:", ".cls:", "LaTeX Error", "Latexmk: ", "Emergency stop", "LaTeX Warning"),
    landmarks=("! LaTeX Error", "Emergency stop"),
    forms=(
        Form(  # -file-line-error
            head=re.compile(
                r"^(?P<path>\.?/?[\w./-]+\.(?:tex|sty|cls|bib)):(?P<line>\d+): (?P<message>\S.+)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            until=re.compile(r"^\S+\.\w+:\d+: |^! "),
            most=8,
        ),
        Form(
            head=re.compile(
                r"^! (?P<message>(?:LaTeX|Package|Class|pdfTeX|Undefined control sequence|Missing|Emergency stop|Extra|Misplaced|Illegal|"
                r"Too many|Paragraph ended|File ended|Runaway|I can't|Font|Argument|Use of|Dimension|TeX capacity|==>).*)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            blanks=1,
            until=re.compile(r"^! |^\[\d+"),
            most=10,
        ),
        Form(
            head=re.compile(
                r"^LaTeX Warning: (?P<message>(?:Reference|Citation|There were (?:undefined|multiply)).*)"
            ),
            cause=Cause.LINT,
            near=60,
            rank=Rank.LIKELY,
        ),
        Form(
            head=re.compile(
                r"^Latexmk: (?P<message>(?:Errors, so|Could not|All targets .* are up-to-date but).*)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s+\S|^Collected error"),
            rank=Rank.WRAPPER,
        ),
    ),
)

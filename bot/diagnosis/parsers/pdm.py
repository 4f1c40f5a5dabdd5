"""Reads why PDM could not resolve or install packages."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

PARSER = reader_of(
    "pdm",
    signs=("pdm", "PdmUsageError", "ResolutionImpossible"),
    forms=(
        Form(
            head=re.compile(r"^(?P<message>Unable to find a resolution\b.*)$"),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\s*\S"),
            until=re.compile(r"^Please make sure|^See .+ for detailed debug log"),
            most=15,
            blanks=1,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^\[(?:ResolutionImpossible|CandidateNotFound|ResolutionError|PdmUsageError|UnpackError|BuildError|InstallationError|ProjectError)\]: "
                r"(?P<message>.+)$"
            ),
            cause=Cause.DEPENDENCY,
            places=0,
        ),
        Form(
            head=re.compile(r"^\[\w+\]: (?P<message>.+)$"),
            cause=Cause.DEPENDENCY,
            above=re.compile(r"^See .+\bpdm-.+ for detailed debug log"),
            needs=re.compile(r"^See .+\bpdm-"),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?:WARNING|ERROR): (?P<message>Lock ?file (?:does not exist|hash doesn't match .+|is generated on .+))$"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^(?:WARNING|ERROR): "),
            places=0,
        ),
    ),
)

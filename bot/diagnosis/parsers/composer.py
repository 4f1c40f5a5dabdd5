"""Reads the errors of Composer."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "composer",
    signs=(
        "Your requirements could not",
        "lock file",
        "[Composer\\",
        "composer.json",
        "composer.lock",
        "could not be downloaded",
    ),
    landmarks=("Your requirements could not be resolved", "[Composer\\"),
    forms=(
        Form(
            head=re.compile(
                r"^\s*(?:Your requirements could not be resolved to an installable set of packages\.|"
                r"Your lock file does not contain a compatible set of packages\..*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\s+\S"),
            blanks=1,
            says=re.compile(r"^\s+- (.+)", re.MULTILINE),
            places=0,
        ),
        Form(
            head=re.compile(
                r"^\s*(?P<message>(?:curl error \d+ while downloading|The \"http\S+\" file could not be downloaded).*)"
            ),
            cause=Cause.INFRASTRUCTURE,
            body=re.compile(r"^\s*\S"),
            most=4,
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^\s*(?P<message>(?:Could not find (?:a matching version of )?package \S+|- Required package \"|"
                r"The lock file is not up to date|Could not authenticate against|.*could not be found in any version).*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\s*\S"),
            most=6,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^\s*(?P<message>(?:\"?\.?/?composer\.(?:json|lock)\"? does not (?:contain valid JSON|match the expected JSON schema)|"
                r"Composer could not find a composer\.json).*)"
            ),
            cause=Cause.CONFIGURATION,
            body=re.compile(r"^\s*\S"),
            most=6,
        ),
        Form(
            head=re.compile(
                r"^(?P<message>Script .+ (?:handling the \S+ event )?returned with error code \d+)"
            ),
            cause=Cause.UNKNOWN,
            rank=Rank.WRAPPER,
        ),
    ),
)

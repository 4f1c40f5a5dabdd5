"""Reads what package managers of operating systems cannot find or install: apt, apk, dnf, pacman, Homebrew, Chocolatey."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_NEAR = 80

PARSER = reader_of(
    "system packages",
    signs=(
        "E: ",
        "dpkg: error",
        "unmet dependencies",
        "unable to select packages",
        "No match for argument",
        "Unable to find a match",
        "target not found",
        "No available formula",
        "No formulae",
        "No available cask",
        "package was not found",
        "Failures\n - ",
    ),
    forms=(
        Form(
            head=re.compile(r"^(?P<message>E: (?:Could not get lock|Unable to acquire the dpkg).*)"),
            cause=Cause.INFRASTRUCTURE,
            near=_NEAR,
            body=re.compile(r"^[EN]: "),
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(r"^\s*The following packages have unmet dependencies:"),
            cause=Cause.DEPENDENCY,
            near=_NEAR,
            body=re.compile(r"^\s+\S|^[EN]: "),
            says=re.compile(r"\n\s*(\S.*)"),
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?P<message>E: (?:Unable to locate package|Package '.*' has no installation candidate|Version '.*' for '.*' was not found|"
                r"Couldn't find any package|Unable to correct problems|The repository '.*' (?:does not have a Release|is no longer signed)|"
                r"Sub-process \S+ returned an error code).*|dpkg: error processing .*|E: The list of sources could not be read.*)"
            ),
            cause=Cause.DEPENDENCY,
            near=_NEAR,
            body=re.compile(r"^[EN]: |^\s+\S"),
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?P<message>ERROR: unable to select packages:.*|(?:Error: )?Unable to find a match: .*|No match for argument: .*|"
                r"No package \S+ available\.|error: target not found: .*|(?:Error|Warning): No available (?:formula|cask) .*|"
                r"No formulae (?:or casks )?found.*|Error: No (?:formulae|available).*|.* - The package was not found with the source.*)"
            ),
            cause=Cause.DEPENDENCY,
            near=_NEAR,
            body=re.compile(r"^\s+\S|^Error: "),
            most=8,
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
    ),
)

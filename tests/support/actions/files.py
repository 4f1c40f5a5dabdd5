"""Reads the files in which a step leaves outputs, variables and paths for the next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HEREDOC = re.compile(r"([^=\n]*?)<<(.+)")
NAMES = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_STATE")
_REFUSED = ("NODE_OPTIONS", "GITHUB_", "RUNNER_")


class FileCommandFailed(Exception):  # noqa: N818 - what the runner says of the file
    """The runner cannot read what a step wrote."""


class StepFiles:
    """The files of one step."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True)
        for name in NAMES:
            (folder / name).touch()

    def environment(self) -> dict[str, str]:
        """This function will return the variables that tell a step where the files lie."""
        return {name: str(self._folder / name) for name in NAMES}

    def _text(self, name: str) -> str:
        return (self._folder / name).read_text(errors="replace")

    def outputs(self) -> dict[str, str]:
        """This function will return the step's outputs."""
        return _pairs(self._text("GITHUB_OUTPUT"))

    def variables(self) -> dict[str, str]:
        """This function will return what later steps find in their environment; the runner's own are refused."""
        found = _pairs(self._text("GITHUB_ENV"))
        if taken := [name for name in found if name.startswith(_REFUSED)]:
            raise FileCommandFailed(f"Can't store {taken[0]} output parameter using '$GITHUB_ENV' command.")
        return found

    def paths(self) -> list[str]:
        """This function will return what later steps have on PATH."""
        return [line for line in self._text("GITHUB_PATH").split("\n") if line]

    def summary(self) -> str:
        """This function will return what the step says on the run's page."""
        return self._text("GITHUB_STEP_SUMMARY")


def _pairs(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    lines = iter(text.split("\n"))  # a text may hold other ends of lines, which the runner leaves alone
    for line in lines:
        if not line:
            continue
        heredoc = _HEREDOC.fullmatch(line)
        if heredoc and "=" not in heredoc[1]:
            found[heredoc[1]] = _until(heredoc[2], lines)
        elif "=" in line:
            name, _, value = line.partition("=")
            found[name] = value
        else:
            raise FileCommandFailed(f"Invalid format '{line}'")
    return found


def _until(mark: str, lines: Iterator[str]) -> str:
    kept: list[str] = []
    for line in lines:
        if line == mark:
            return "\n".join(kept)
        kept.append(line)
    raise FileCommandFailed(f"Invalid value. Matching delimiter not found '{mark}'")

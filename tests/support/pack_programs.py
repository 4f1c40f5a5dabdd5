"""The programs of the pack's actions, run as a job runs them."""

from __future__ import annotations

import os
import runpy
import sys
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from importlib.resources import files
from io import StringIO
from itertools import takewhile
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACTIONS = Path(str(files("bot"))) / "templates" / "actions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a program ended, and what it left for the job."""

    code: int
    text: str
    outputs: dict[str, str]
    summary: str


@dataclass(frozen=True, slots=True)
class Machine:
    """A job's machine: a folder for what is temporary, one for the code."""

    folder: Path

    @property
    def temporary(self) -> Path:
        """Where a job's programs leave what its later steps read."""
        return self.folder / "temp"

    @property
    def code(self) -> Path:
        """What is checked out."""
        return self.folder / "code"

    def brought(self, action: str, beside: Mapping[str, str]) -> Path:
        """This function will bring an action to a repository, with files that its pack has beside it."""
        folder = self.folder / action
        copytree(_ACTIONS / action, folder)
        for name, text in beside.items():
            (folder / name).write_text(text)
        return folder

    def run(self, program: str, *words: str, told: Mapping[str, str] | None = None) -> Ran:
        """This function will run a program of an action, told so by its step."""
        self.temporary.mkdir(exist_ok=True)
        self.code.mkdir(exist_ok=True)
        out, summary = self.folder / "out", self.folder / "summary"
        for each in (out, summary):
            each.write_text("")
        runner = {
            "GITHUB_OUTPUT": str(out),
            "GITHUB_STEP_SUMMARY": str(summary),
            "RUNNER_TEMP": str(self.temporary),
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
        }
        environment = {"PATH": os.environ["PATH"], **runner, **(told or {})}
        code, text = _run(_ACTIONS / program, (str(_ACTIONS / program), *words), environment, self.code)
        return Ran(code=code, text=text, outputs=outputs_in(out.read_text()), summary=summary.read_text())


def _run(path: Path, words: tuple[str, ...], environment: Mapping[str, str], folder: Path) -> tuple[int, str]:
    """In this process: starting Python a hundred times would take longer than all else."""
    printed = StringIO()
    code: int = 0
    with (
        patch.dict(os.environ, environment, clear=True),
        patch.object(sys, "argv", [*words]),
        chdir(folder),
        redirect_stdout(printed),
    ):
        try:
            runpy.run_path(str(path), run_name="__main__")
        except SystemExit as ended:  # with a text it ends as 1, and prints it
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
            print(ended.code, file=printed)
    return code, printed.getvalue()


def outputs_in(text: str) -> dict[str, str]:
    """This function will read a step's outputs as GitHub does."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, _, end = line.partition("<<")
        found[name] = "\n".join(takewhile(lambda each, end=end: each != end, lines))  # type: ignore[misc] # of this one
    return found

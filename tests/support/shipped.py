"""The programs that the pack's actions bring along, as modules and as a job starts them."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTIONS = Path(__file__).parents[2] / "bot" / "templates" / "actions"


@cache
def module(path: str) -> Any:
    """This function will load a program, `pilothouse-deploy/push.py`, without starting it."""
    name = f"shipped_{path.replace('/', '_').replace('-', '_').removesuffix('.py')}"
    spec = importlib.util.spec_from_file_location(name, ACTIONS / path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made  # dataclasses look their module up
    spec.loader.exec_module(made)
    return made


class Job:
    """A job's machine for one program: its folders, and what the program told by them."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.temp = folder / "temp"
        self.temp.mkdir(parents=True, exist_ok=True)
        self.told = {
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(folder / "outputs"),
            "GITHUB_STEP_SUMMARY": str(folder / "page.md"),
            **environment,
        }

    def run(self, path: str, *, at: Path | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
        """This function will start a program as its action does, and wait for its end."""
        return subprocess.run(
            [sys.executable, "-I", ACTIONS / path],
            cwd=at or self.folder,
            env={**os.environ, **self.told, **settings},
            check=False,
            capture_output=True,
            text=True,
        )

    @property
    def outputs(self) -> dict[str, str]:
        """What the program put out, the last of each name."""
        lines = (self.folder / "outputs").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def page(self) -> str:
        """What it wrote on the page of the run."""
        return (self.folder / "page.md").read_text()

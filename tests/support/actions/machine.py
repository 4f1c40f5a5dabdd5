"""The machine of a job: its folders, the environment it begins with, and how its programs are started."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.support.actions.model import Workspace

# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
_SHELLS = {
    "": "bash -e {0}",
    "bash": "bash --noprofile --norc -e -o pipefail {0}",
    "sh": "sh -e {0}",
    "python": "python {0}",
}
_ENDINGS = {"python": ".py"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The folders of a job's machine."""

    root: Path
    workspace: Path
    temp: Path
    tools: Path
    home: Path
    programs: Path

    @classmethod
    def fresh(cls, folder: Path, full_name: str) -> Places:
        """This function will make a new machine in place of the last job's."""
        root, name = folder / "machine", full_name.split("/")[1]
        shutil.rmtree(root, ignore_errors=True)
        places = cls(
            root=root,
            workspace=root / "work" / name / name,
            temp=root / "work/_temp",
            tools=root / "tools",
            home=root / "home",
            programs=root / "programs",
        )
        for path in (places.workspace, places.temp, places.tools, places.home, places.programs):
            path.mkdir(parents=True)
        for name in ("python", "python3"):  # hosted runners have both
            program = places.programs / name
            program.write_text(f'#!/bin/sh\nexec {sys.executable} -I "$@"\n')
            program.chmod(0o755)
        return places


def machine_environment(places: Places, workspace: Workspace) -> dict[str, str]:
    """This function will return what every program on the machine finds in its environment."""
    path = (*map(str, workspace.programs), str(places.programs), *_ordinary_path())
    rust = Path(os.environ.get("RUSTUP_HOME") or Path.home() / ".rustup")
    return {
        "PATH": os.pathsep.join(path),
        "HOME": str(places.home),
        "LANG": "C.UTF-8",
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "RUNNER_OS": "Linux",
        "RUNNER_ARCH": "X64",
        "RUNNER_NAME": "GitHub Actions 1",
        "RUNNER_ENVIRONMENT": "github-hosted",
        "RUNNER_TEMP": str(places.temp),
        "RUNNER_TOOL_CACHE": str(places.tools),
        **({"RUSTUP_HOME": str(rust)} if rust.is_dir() else {}),
        **workspace.environment,
    }


def _ordinary_path() -> tuple[str, ...]:
    mine = str(Path(sys.prefix) / "bin")
    return tuple(part for part in os.environ["PATH"].split(os.pathsep) if part != mine)


def shell_line(shell: str) -> str:
    """This function will return the command that a shell's name stands for, with `{0}` for the script."""
    return _SHELLS.get(shell, shell)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A script and how it is to be run."""

    script: str
    shell: str
    folder: Path
    env: Mapping[str, str]
    seconds: float  # that it may take


def run_command(command: Command, places: Places, said: Callable[[str], None]) -> int | None:
    """This function will run a script line by line into `said` and return its exit code; None where time ran out."""
    file = places.temp / f"script{_ENDINGS.get(command.shell, '.sh')}"
    file.write_text(command.script)
    words = [word.replace("{0}", str(file)) for word in shell_line(command.shell).split()]
    with subprocess.Popen(
        words,
        cwd=command.folder,
        env=dict(command.env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        late: list[bool] = []

        def stop() -> None:
            late.append(True)
            _kill_group(process.pid)

        timer = Timer(max(0.0, command.seconds), stop)
        timer.start()
        try:
            assert process.stdout is not None
            for line in process.stdout:
                said(line.rstrip("\n"))
            code = process.wait()
        finally:
            timer.cancel()
            timer.join()
            _kill_group(process.pid)
    return None if late else code


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return

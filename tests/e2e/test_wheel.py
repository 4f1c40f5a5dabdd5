"""The wheel alone is enough: every file of the product, no checkout beside it, nothing but its dependencies."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
UV = Path(sys.executable).parent / "uv"
# The first chapter: CI explained, commands answered, staging deployed. The whole story is played by tests/demo.
STEPS = 12


def run(*command: str | Path, folder: Path, seconds: float = 300) -> str:
    """Run a command outside the checkout, without our own settings."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PILOTHOUSE_", "COVERAGE_", "COV_"))
        and name not in {"PYTHONPATH", "VIRTUAL_ENV"}
    }
    ended = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    return ended.stdout


@pytest.mark.timeout(600)
def test_an_installed_wheel_holds_everything_and_plays_the_demo(tmp_path: Path) -> None:
    run(
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        tmp_path,
        ROOT,
        folder=tmp_path,
    )
    (wheel,) = tmp_path.glob("pilothouse-*.whl")
    tracked = run("git", "-C", ROOT, "ls-files", "bot", "handlers", folder=tmp_path).split()
    assert {*tracked, "bot/app.yml"} <= set(zipfile.ZipFile(wheel).namelist())
    locked = run(
        UV,
        "export",
        "--quiet",
        "--frozen",
        "--no-dev",
        "--no-emit-project",
        "--project",
        ROOT,
        folder=tmp_path,
    )
    (tmp_path / "requirements.txt").write_text(locked)
    run(UV, "venv", "--quiet", "--python", sys.executable, tmp_path / "empty", folder=tmp_path)
    python = tmp_path / "empty" / "bin" / "python"
    install = (UV, "pip", "install", "--quiet", "--python", python)
    run(*install, "--require-hashes", "-r", tmp_path / "requirements.txt", folder=tmp_path)
    run(*install, "--no-deps", wheel, folder=tmp_path)
    told = run(tmp_path / "empty" / "bin" / "pilothouse", "demo", "--steps", str(STEPS), folder=tmp_path)
    assert f"All {STEPS} steps happened" in told
    shipped = run(tmp_path / "empty" / "bin" / "pilothouse", "costs", "dashboard", folder=tmp_path)
    assert "Pilothouse: budgets" in shipped
    version = run(tmp_path / "empty" / "bin" / "pilothouse", "--version", folder=tmp_path)
    assert "0.1.0" in version

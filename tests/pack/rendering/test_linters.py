"""What the linters say of the packs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.support.packs import write_packs

_ROOT = Path(__file__).parents[3]


def test_packs_pass_every_linter(tmp_path: Path) -> None:
    """The reference, all kinds of projects and a policy that tries to break out; `make check` lints the others."""
    write_packs(tmp_path, ("reference", "mixed", "twisted"))
    path = f"{_ROOT}/.venv/bin:{os.environ['PATH']}"  # where actionlint finds shellcheck
    found = subprocess.run(
        ["sh", "scripts/lint_pack.sh", tmp_path],
        cwd=_ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr

"""Programs of Debian's that some tests need: the machine's own, or what `make test` took out of the package."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


def debian_program(name: str) -> str:
    """This function will find a program; without it the test is skipped, but failed in CI."""
    found = shutil.which(name) or shutil.which(name, path=".venv/debian")
    if found is None:
        message = f"no {name}: see scripts/setup_from_debian.sh"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return str(Path(found).resolve())

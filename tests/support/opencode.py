"""The real OpenCode, where it is installed for the tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_INSTALLED = (
    Path(__file__).parents[2] / ".venv/opencode/node_modules/opencode-linux-x64-baseline/bin/opencode"
)


def opencode() -> Path:
    """This function will find OpenCode, or skip the test loudly; in CI it fails."""
    if _INSTALLED.exists():
        return _INSTALLED
    message = "no OpenCode on this machine: run scripts/setup_opencode.sh"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)

"""A machine for each test of an action's programs."""

from pathlib import Path

import pytest

from tests.support.pack_programs import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)

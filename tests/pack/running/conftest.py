"""A yard for each test that runs the pack's workflows."""

from pathlib import Path

import pytest

from tests.support.actions.expressions import require_packages
from tests.support.pack_runs import Yard, make_yard


@pytest.fixture(autouse=True)
def _packages() -> None:
    require_packages()


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return make_yard(tmp_path)

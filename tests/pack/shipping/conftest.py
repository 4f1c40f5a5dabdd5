from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.aws_cli import Account, account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[Account]:
    """An account with the pipeline's two buckets."""
    made = account(tmp_path, "acme-state", "acme-artifacts")
    yield made
    made.commands.close()

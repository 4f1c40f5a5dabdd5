"""The pack's Terraform files, written and initialised once for all tests of a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.offline_terraform import NUMBERS, applied, planned, ready, written

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files as a repository gets them."""
    return written(tmp_path_factory.mktemp("terraform"))


@pytest.fixture(scope="session")
def cluster(files: Path) -> list[dict[str, Any]]:
    """What a plan of the test cluster would change."""
    return planned(ready(files), "environment=test", file="environments/test.tfvars")


@pytest.fixture(scope="session")
def account(files: Path) -> list[dict[str, Any]]:
    """What there is in the account once it is applied."""
    return applied(
        ready(files / "bootstrap"),
        *NUMBERS,
        "bot_principal=arn:aws:iam::123456789012:role/process",
        'agent_instances=["i-0123456789abcdef0","i-0123456789abcdef1"]',
        'protected_instances=["i-0aaaaaaaaaaaaaaaa"]',
        'regions=["us-east-1","eu-central-1"]',
        'images=["breakwater"]',
    )

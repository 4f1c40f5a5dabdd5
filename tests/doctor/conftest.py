"""What tests of examinations share: a repository to be examined."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.costs.model import ENVIRONMENT_TAG
from tests.support.cloud.aws import Cloud, cloud
from tests.support.examined import examined_patient
from tests.support.healthy import files, make_healthy, make_healthy_aws

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.cloud.wire import Call
    from tests.support.examined import Patient


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[Patient]:
    """A repository whose every exchange is held against GitHub's description, also of settings."""
    # not where CI collects records: its own description has no settings
    async with examined_patient(tmp_path / "traffic.jsonl") as made:
        yield made


@pytest.fixture
async def healthy(tmp_path: Path) -> AsyncIterator[Patient]:
    """A repository with the whole pack, at which everything is as it should be, and an administrator's token."""
    async with examined_patient(tmp_path / "traffic.jsonl", files=files()) as made:
        await make_healthy(made)
        made.with_person("admin")
        yield made


@pytest.fixture
async def aws(healthy: Patient) -> AsyncIterator[Cloud]:
    """The AWS of the healthy repository."""
    async with cloud(healthy.clock) as made:
        active = {
            "CostAllocationTags": [{"TagKey": ENVIRONMENT_TAG, "Type": "UserDefined", "Status": "Active"}]
        }

        async def tags(_: Call) -> dict[str, Any]:
            return active

        made.answers["ce:ListCostAllocationTags"] = tags
        await asyncio.to_thread(make_healthy_aws, made.url)
        healthy.aws_url = made.url
        yield made

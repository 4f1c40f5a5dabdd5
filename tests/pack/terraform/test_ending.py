"""What Terraform makes is what the limit ends: instances of moto, made by the pack's files and ended by the bot."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.config.cost_settings import CostSettings
from bot.config.costing import AccountConfig
from bot.costs.aws.accounts import Aws
from bot.costs.enforcers.guards import Guards
from bot.costs.enforcers.machines import end_machine, find_machines
from bot.costs.model import ActionState
from tests.support.cloud.aws import HOME, cloud
from tests.support.cloud.process import address
from tests.support.looking import ROCKET, config_of
from tests.support.offline_terraform import terraform, written

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.no_cover


def _raise(folder: Path) -> None:
    """Apply the test cluster, with two storage nodes and one client."""
    given = ("-var-file=environments/test.tfvars", "-var=environment=test")
    sizes = ("-var=storage_nodes=2", "-var=client_nodes=1", "-var=other_nodes={}")
    for words in (("init",), ("apply", "-auto-approve", *given, *sizes)):
        done = terraform(folder, *words, "-input=false", "-no-color", moto=address(), account=HOME)
        assert done.returncode == 0, done.stderr


async def test_the_limit_ends_the_cluster_and_leaves_others_alone(tmp_path: Path) -> None:
    async with cloud() as world:
        world.make.machines("i4i.2xlarge", spot=True)
        await asyncio.to_thread(_raise, written(tmp_path))
        aws = Aws(CostSettings(aws_repositories=frozenset({ROCKET.full_name}), aws_endpoint_url=world.url))
        config = config_of(accounts=(AccountConfig(id=HOME, regions=("us-east-1",)),))
        (account,) = aws.accounts_of(ROCKET, config).accounts

        seen = await find_machines((account,), cluster="test")
        ended = [await end_machine(account, one, Guards(cluster="test")) for one in seen.machines]

        assert [one.state for one in ended] == [ActionState.DONE] * 3, ended
        assert sorted(world.make.states().values()) == ["running", *["terminated"] * 3]

"""The same host reached in both ways: as this machine, and as an instance that takes commands."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.config.cost_settings import CostSettings
from bot.costs.aws.accounts import Aws
from bot.supervision.hosts import ssm
from bot.supervision.hosts.local import LocalHost
from bot.supervision.hosts.ssm import SsmHost
from tests.support.cloud.aws import Cloud, cloud
from tests.support.looking import ROCKET, config_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.supervision.hosts.model import Host

INSTANCE = "i-0123456789abcdef0"
WAYS = ("local", "ssm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A host, and the AWS behind it where there is one."""

    host: Host
    world: Cloud | None = None


@asynccontextmanager
async def reached(way: str) -> AsyncIterator[Reached]:
    """This function will reach this machine in one of the two ways."""
    if way == "local":
        yield Reached(host=LocalHost())
        return
    async with cloud() as world:
        with pytest.MonkeyPatch.context() as pace:
            world.remote.manage(INSTANCE, Path("/"))
            settings = CostSettings(
                aws_endpoint_url=world.url, aws_repositories=frozenset({ROCKET.full_name.lower()})
            )
            config = config_of()
            # What runs here is over in a moment; how long nothing is heard of a real one does not matter.
            pace.setattr(ssm, "_FIRST_PAUSE", 0.01)
            pace.setattr(ssm, "_LONGEST_PAUSE", 0.1)
            (account,) = Aws(settings).accounts_of(ROCKET, config).accounts
            yield Reached(host=SsmHost(account=account, region="us-east-1", instance=INSTANCE), world=world)

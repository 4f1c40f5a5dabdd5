"""One look at costs, as a source is given it: an AWS of the test, a repository on the local GitHub."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from bot.config.cost_settings import CostSettings
from bot.config.costing import AccountConfig, CostConfig
from bot.costs.aws.accounts import Accounts, Aws
from bot.costs.look import Look
from bot.github.app import GitHub
from bot.github.models import InstallationId, RepositoryRef
from bot.github.tuning import Tuning
from bot.localhub.server import LocalHub
from bot.localhub.state import accounts
from tests.support.cloud.aws import HOME
from tests.support.cloud.metrics import Metric
from tests.support.github_world import no_pause
from tests.support.hub import assert_true_to_github, record_file

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.github.client import RepositoryClient
    from bot.localhub.state.nouns import Repository
    from tests.support.clock import Clock
    from tests.support.cloud.aws import Cloud

ROCKET = RepositoryRef(installation_id=InstallationId(1), id=7, full_name="acme/rocket")
REGION = "us-east-1"
_AGO = timedelta(minutes=1)  # what is counted this moment is not told yet


def config_of(**changes: Any) -> CostConfig:
    """This function will give a configuration with the account of the test's own credentials."""
    return CostConfig(**{"accounts": (AccountConfig(id=HOME),), **changes})


def look_at(clock: Clock, config: CostConfig | None = None, *, github: Any = None) -> Look:
    """This function will give a look that sees no AWS."""
    return Look(
        repository=ROCKET,
        config=config or CostConfig(),
        now=clock(),
        day=clock().date(),
        known=(),
        accounts=Accounts(),
        github=cast("RepositoryClient", github),
    )


def look_into(world: Cloud, clock: Clock, config: CostConfig | None = None) -> Look:
    """This function will give a look at an AWS of the test, with credentials that nobody has used yet."""
    config = config or config_of()
    aws = Aws(CostSettings(aws_repositories=frozenset({"acme/rocket"}), aws_endpoint_url=world.url))
    return replace(look_at(clock, config), accounts=aws.accounts_of(ROCKET, config))


def count_tokens(world: Cloud, model: str, *, region: str = REGION, **tokens: int) -> None:
    """This function will let CloudWatch count, a minute ago, by the names of the runtime's metrics."""
    for name, count in tokens.items():
        metric = Metric(
            account=HOME,
            region=region,
            namespace="AWS/Bedrock",
            name=name,
            dimensions=(("ModelId", model),),
        )
        world.metrics.put(metric, world.clock() - _AGO, count)


def count_mantle(world: Cloud, name: str, count: int, **dimensions: str) -> None:
    """This function will let CloudWatch count a metric of the other endpoint."""
    metric = Metric(
        account=HOME,
        region=REGION,
        namespace="AWS/BedrockMantle",
        name=name,
        dimensions=tuple(sorted(dimensions.items())),
    )
    world.metrics.put(metric, world.clock() - _AGO, count)


@dataclass(frozen=True)
class Yard:
    """A repository on the local GitHub at a time that the test sets, and a client for it."""

    hub: LocalHub
    clock: Clock
    repository: Repository
    repo: RepositoryClient

    def look(self, **changes: Any) -> Look:
        """This function will give a look at it."""
        look = look_at(self.clock, github=self.repo)
        return replace(look, repository=self.repo.ref, **changes)


@asynccontextmanager
async def yard(clock: Clock, place: Path, *, is_recorded: bool = True) -> AsyncIterator[Yard]:
    """This function will serve a private repository; its traffic must be as GitHub describes it."""
    record = record_file(place) if is_recorded else None
    hub = await LocalHub.start(clock=clock, record=record)
    repository = accounts.create_repository(hub.store, "acme/rocket", files={"README.md": "Rocket\n"})
    installation = accounts.install(hub.store, hub.app, repository)
    ref = RepositoryRef(
        installation_id=InstallationId(installation.id), id=repository.id, full_name="acme/rocket"
    )
    tuning = Tuning(pace=None, attempts=2, sleep=no_pause)
    client = GitHub(hub.client_id, hub.private_key_pem, clock=clock, api_url=hub.url, tuning=tuning)
    async with client as github:
        yield Yard(hub, clock, repository, github.repository(ref))
    await hub.close()
    if record is not None:
        assert_true_to_github(record)

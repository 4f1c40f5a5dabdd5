"""Reads everything that is decided about the cluster from: the configuration, its row, AWS, the day's costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.budget.store import standing_of
from bot.config.costing import CostConfig  # noqa: TC001 - msgspec reads the annotations at run time
from bot.config.repository import ConfigurationErrors, read_configuration
from bot.costs.cluster.acting.ending import guards_of
from bot.costs.cluster.acting.pricing import priced
from bot.costs.cluster.acting.work import Steering
from bot.costs.cluster.model import Act, Cluster, ClusterState, Way, groups_of
from bot.costs.cluster.rules import ClusterFacts, costs_of_cluster
from bot.costs.cluster.store import cluster_of
from bot.costs.enforcers.guards import Machine, may_terminate
from bot.costs.enforcers.machines import find_machines
from bot.costs.store.readings import newest_reading
from bot.markdown import code

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.config.costing import ClusterConfig
    from bot.costs.aws.accounts import Accounts
    from bot.costs.cluster.model import SteerCluster
    from bot.costs.services import CostServices
    from bot.github.client import RepositoryClient

_ALIVE = frozenset({"pending", "running"})
_STANDING = frozenset({ClusterState.UP, ClusterState.PARTIAL, ClusterState.UNCLEAR})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPolicy:
    """What the default branch says about costs."""

    costs: CostConfig | None = None
    mistakes: tuple[str, ...] = ()

    @property
    def cluster(self) -> ClusterConfig | None:
        """What it says about the cluster."""
        return None if self.costs is None else self.costs.cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known when something is asked of the cluster."""

    policy: ClusterPolicy
    cluster: Cluster
    facts: ClusterFacts
    machines: tuple[Machine, ...] | None = None  # None where AWS was not asked or did not tell
    gap: str = ""  # safe Markdown: why it was not or did not; empty where it told


async def read_cluster_policy(repo: RepositoryClient) -> ClusterPolicy:
    """This function will read what the default branch says about the cluster.

    Raises:
        GitHubError: it could not be read.
    """
    found = await read_configuration(repo)
    if isinstance(found, ConfigurationErrors):
        return ClusterPolicy(mistakes=tuple(str(mistake) for mistake in found.mistakes))
    return ClusterPolicy(costs=found.budget)


async def glance(request: SteerCluster, services: Services, *, now: datetime) -> Known:
    """This function will read what stands now without asking AWS: machines and prices are not known.

    Raises:
        GitHubError: the configuration could not be read.
    """
    repository_id = request.repository.id
    newest = await read_cluster_policy(services.repository(request.repository))

    def read(connection: Connection) -> Known:
        cluster = cluster_of(connection, repository_id, now=now)
        reading = newest_reading(connection, repository_id, day=now.date())
        policy = newest if request.act is Act.UP else _policy_of(newest, cluster)
        facts = replace(
            _as_it_stands(_bare(request, policy, now), cluster),
            state=cluster.state,
            rate=None if reading is None else reading.forecast.rate,
            standing=standing_of(connection, repository_id),
        )
        facts = replace(facts, is_counted=_is_counted(facts, cluster))
        return Known(policy=policy, cluster=cluster, facts=facts)

    return await services.database.read(read)


def _policy_of(newest: ClusterPolicy, cluster: Cluster) -> ClusterPolicy:
    """What holds for a cluster that is up is said by the configuration with which it was brought up."""
    costs = costs_of_cluster(newest.costs, cluster)
    return newest if costs is None else ClusterPolicy(costs=costs)


def _is_counted(facts: ClusterFacts, cluster: Cluster) -> bool:
    """Whether the newest reading was made while the cluster was up."""
    if cluster.begun_at is None or facts.standing is None or cluster.state is ClusterState.DOWN:
        return False
    return facts.standing.read_at > cluster.begun_at


def _as_it_stands(facts: ClusterFacts, cluster: Cluster) -> ClusterFacts:
    """What is told of a cluster that is up is what was asked for when it was brought up."""
    if facts.config is None or cluster.state is ClusterState.DOWN or facts.nodes is not None:
        return facts
    return replace(facts, nodes=cluster.nodes, groups=groups_of(facts.config, cluster.nodes))


async def gather(request: SteerCluster, services: CostServices, *, now: datetime) -> Known:
    """This function will read what stands now, on GitHub, in our rows and in AWS.

    Raises:
        GitHubError: the configuration could not be read.
    """
    known = await glance(request, services.services, now=now)
    costs = known.policy.costs
    if costs is None or costs.cluster is None:
        return known
    return await _seen(work_of(request, services, costs, costs.cluster), known)


def work_of(
    request: SteerCluster, services: CostServices, costs: CostConfig, config: ClusterConfig
) -> Steering:
    """This function will put together what the acts on the cluster are given."""
    accounts = services.aws.accounts_of(request.repository, costs)
    chosen = [each for each in accounts.accounts if config.account in {None, each.id}]
    return Steering(
        request=request,
        services=services,
        costs=costs,
        config=config,
        account=chosen[0] if chosen else None,
        gap="" if chosen else _why_none(accounts),
    )


def _bare(request: SteerCluster, policy: ClusterPolicy, now: datetime) -> ClusterFacts:
    config = policy.cluster
    return ClusterFacts(
        config=config,
        mistakes=policy.mistakes,
        state=ClusterState.DOWN,
        nodes=request.nodes,
        length=request.length,
        groups=() if config is None else groups_of(config, request.nodes),
        standing=None,
        rate=None,
        aws_gap=None,
        now=now,
    )


async def _seen(work: Steering, known: Known) -> Known:
    """What AWS tells of it; where a person or the limit has ended every machine, it is down."""
    facts = replace(known.facts, aws_gap=work.gap)
    if work.account is None:
        return replace(known, facts=facts, gap=work.gap)
    prices = await priced(work, facts.groups, now=facts.now)
    facts = replace(facts, groups=prices.groups, price_gaps=prices.gaps)
    seen = await find_machines((work.aws,), cluster=work.name)
    if seen.gaps:
        return replace(known, facts=facts, gap=seen.gaps[0].text)
    machines = tuple(machine for machine in seen.machines if machine.state in _ALIVE)
    cluster = known.cluster
    if not machines and cluster.way is Way.FLEET and cluster.state in _STANDING:
        cluster = replace(cluster, state=ClusterState.DOWN)
        facts = replace(facts, state=ClusterState.DOWN)
    guards = guards_of(work)
    strays = sum(may_terminate(machine, guards) is None for machine in machines)
    return replace(known, cluster=cluster, facts=replace(facts, strays=strays), machines=machines)


def _why_none(accounts: Accounts) -> str:
    if accounts.gap is not None:
        return accounts.gap.text
    return f"The configuration names no AWS account under {code('costs: accounts')}."

"""What the acts on a cluster are given: who asks, what is configured, GitHub and AWS as the repository reaches them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.costs.aws.accounts import AwsRequest
from bot.costs.model import CLUSTER_TAG, MANAGED_TAG, PULL_TAG, REAP_TAG

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from bot.config.costing import ClusterConfig, CostConfig
    from bot.costs.aws.accounts import Account
    from bot.costs.cluster.model import SteerCluster
    from bot.costs.services import CostServices
    from bot.github.client import RepositoryClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """One thing asked of a cluster that is configured."""

    request: SteerCluster
    services: CostServices
    costs: CostConfig
    config: ClusterConfig
    account: Account | None  # where it stands; None where AWS may not be used
    gap: str  # safe Markdown: why it may not; empty where it may

    @property
    def repo(self) -> RepositoryClient:
        """The client for the repository."""
        return self.services.services.repository(self.request.repository)

    @property
    def region(self) -> str:
        """Where its machines stand."""
        if self.config.region is not None or self.account is None:
            return self.config.region or ""
        return self.account.regions[0]

    @property
    def name(self) -> str:
        """The value of the tag that all its machines bear."""
        return self.costs.enforce.cluster

    @property
    def aws(self) -> Account:
        """The account, as far as the cluster stands in it, for what is only done with one."""
        if self.account is None:
            raise AssertionError("a decision to use AWS rests on an account")
        return replace(self.account, regions=(self.region,))

    def ec2(self, operation: str, arguments: Mapping[str, Any], *, repeats: bool = True) -> AwsRequest:
        """This function will make a request to EC2 where the cluster stands."""
        return AwsRequest(
            service="ec2",
            operation=operation,
            region=self.region,
            arguments=arguments,
            repeats=repeats,
        )

    def tags(self) -> dict[str, str]:
        """This function will return the tags by which its machines are metered, attributed and ended."""
        pull = {PULL_TAG: str(self.request.number)} if self.request.is_pull else {}
        own = {MANAGED_TAG: "true", REAP_TAG: "true", CLUSTER_TAG: self.name}
        return {**self.costs.tags, **pull, **own}

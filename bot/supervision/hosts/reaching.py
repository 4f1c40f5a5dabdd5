"""Finds the machine that a session runs on, if the operator lets the repository reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config.costing import AccountConfig, CostConfig
from bot.markdown import code
from bot.supervision.hosts.local import LocalHost
from bot.supervision.hosts.ssm import SsmHost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config.agents import HostConfig
    from bot.config.cost_settings import CostSettings
    from bot.costs.aws.accounts import Aws
    from bot.github.models import RepositoryRef
    from bot.supervision.hosts.model import Host

_UNLISTED = "the operator has not listed the repository in "


@dataclass(frozen=True, slots=True, kw_only=True)
class Machines:
    """The machines that a repository names, as the operator lets it reach them."""

    repository: RepositoryRef
    hosts: Mapping[str, HostConfig]
    accounts: tuple[AccountConfig, ...]  # of its costs: what a host does not say of its account
    settings: CostSettings
    aws: Aws

    def reach(self, name: str | None) -> Host | str:
        """This function will return the machine of that name, None for the bot's own, or why it is not reached."""
        host = self.hosts.get(name) if name is not None else None
        if name is not None and host is None:
            return f"{code(name)} is none of {code('hosts')}"
        if host is None or host.instance is None:
            is_ours = self.settings.allows_local(self.repository.full_name)
            user = host.user if host is not None else None
            return LocalHost(user=user) if is_ours else _UNLISTED + code("PILOTHOUSE_LOCAL_REPOSITORIES")
        account = self._account(host)
        if account is None:
            return f"neither {code('hosts')} nor {code('costs.accounts')} names the account of its instance"
        reached = self.aws.accounts_of(self.repository, CostConfig(accounts=(account,)))
        if reached.gap is not None:
            return _UNLISTED + code("PILOTHOUSE_AWS_REPOSITORIES")
        return SsmHost(
            account=reached.accounts[0], region=account.regions[0], instance=host.instance, user=host.user
        )

    def _account(self, host: HostConfig) -> AccountConfig | None:
        """The host's account: as it says itself, and as `costs.accounts` has it where it says nothing."""
        known = next((one for one in self.accounts if host.account in {None, one.id}), None)
        number = host.account or (known.id if known is not None else None)
        if number is None:
            return None
        regions = (host.region,) if host.region is not None else known.regions if known is not None else None
        return AccountConfig(
            id=number,
            role=host.role or (known.role if known is not None else None),
            regions=regions or AccountConfig(id=number).regions,
        )

"""AWS accounts as a repository may read them: each request as its role, counted, and its failures worded."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache

from bot.costs.aws.asking import AwsRequest, Counts, Identity, Use
from bot.costs.aws.errors import (
    AWS_ERRORS,
    AwsDenied,
    AwsError,
    AwsRefused,
    AwsThrottled,
    AwsUnavailable,
    gap_of,
)
from bot.costs.aws.library import Library
from bot.costs.aws.threads import Threads
from bot.costs.model import Gap, GapKind
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping
    from decimal import Decimal

    from bot.config.cost_settings import CostSettings
    from bot.config.costing import AccountConfig, CostConfig
    from bot.github.models import RepositoryRef

__all__ = [
    "AWS_ERRORS",
    "Account",
    "Accounts",
    "Aws",
    "AwsDenied",
    "AwsError",
    "AwsRefused",
    "AwsRequest",
    "AwsThrottled",
    "AwsUnavailable",
    "external_id",
    "gap_of",
]

_AT_A_TIME = 8
_MOST_PRICES = 4096


def external_id(repository_id: int) -> str:
    """This function will return the external id with which roles are assumed for the repository."""
    return f"pilothouse:{repository_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """What all accounts of a process share."""

    library: Library
    threads: Threads
    kept: MutableMapping[tuple[str, ...], Decimal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account whose spend is metered."""

    id: str
    regions: tuple[str, ...]
    role: str | None
    identity: Identity
    counts: Counts = field(repr=False)
    reach: _Reach = field(repr=False)

    @property
    def kept(self) -> MutableMapping[tuple[str, ...], Decimal | None]:
        """Prices that hold for as long as their key says, kept for all accounts until there are too many."""
        return self.reach.kept

    async def call(self, request: AwsRequest) -> dict[str, Any]:
        """This function will return what AWS answers.

        Raises:
            AwsDenied: a permission is missing.
            AwsUnavailable: AWS did not answer.
            AwsRefused: AWS answered that it cannot be done.
        """
        act = partial(self.reach.library.one_answer, self._use(request), request, self.counts)
        return await self.reach.threads.run(act)

    async def pages(self, request: AwsRequest, *, items: str) -> list[Any]:
        """This function will return the items of all pages; a dot leads into lists: `Reservations.Instances`.

        Raises:
            AwsDenied: a permission is missing.
            AwsUnavailable: AWS did not answer.
            AwsRefused: AWS answered that it cannot be done.
        """
        act = partial(self.reach.library.all_pages, self._use(request), request, self.counts)
        found: list[Any] = await self.reach.threads.run(act)
        for name in items.split("."):
            found = [item for holder in found for item in holder.get(name) or ()]
        return found

    def _use(self, request: AwsRequest) -> Use:
        return Use(
            identity=self.identity,
            service=request.service,
            region=request.region,
            repeats=request.repeats,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The accounts that one look reads, with the requests that were made of them."""

    accounts: tuple[Account, ...] = ()
    gap: Gap | None = None  # why there are none
    counts: Counts = field(default_factory=Counter, repr=False)

    @property
    def calls(self) -> Mapping[str, int]:
        """The requests so far, by operation: ec2:DescribeInstances."""
        return dict(self.counts)


class Aws:
    """AWS as the operator lets repositories reach it; one for the whole process, so that credentials are kept."""

    def __init__(self, settings: CostSettings) -> None:
        self._settings = settings
        self._reach = _Reach(
            library=Library(settings.aws_endpoint_url),
            threads=Threads(_AT_A_TIME),
            kept=LRUCache(_MOST_PRICES),
        )

    def accounts_of(self, repository: RepositoryRef, config: CostConfig) -> Accounts:
        """This function will return the repository's accounts, with counts that begin at nothing."""
        if config.accounts and not self._settings.allows_aws(repository.full_name):
            return Accounts(gap=_not_allowed(repository))
        counts: Counts = Counter()
        return Accounts(
            accounts=tuple(self._account(repository, account, counts) for account in config.accounts),
            counts=counts,
        )

    async def own(self, region: str) -> Account:
        """This function will return the account of the process's own credentials, whoever's they are.

        Raises:
            AwsRefused: there are none.
            AwsUnavailable: AWS did not answer, or does not take them.
        """
        account = await self._reach.threads.run(partial(self._reach.library.own_account, region))
        return Account(
            id=account,
            regions=(region,),
            role=None,
            identity=Identity(account=account, region=region),
            counts=Counter(),
            reach=self._reach,
        )

    def _account(self, repository: RepositoryRef, account: AccountConfig, counts: Counts) -> Account:
        identity = Identity(
            account=account.id,
            role=account.role or "",
            external_id=external_id(repository.id) if account.role else "",
            region=account.regions[0],
        )
        return Account(
            id=account.id,
            regions=account.regions,
            role=account.role,
            identity=identity,
            counts=counts,
            reach=self._reach,
        )


def _not_allowed(repository: RepositoryRef) -> Gap:
    return Gap(
        source="aws",
        kind=GapKind.NOT_ALLOWED,
        text=(
            f"AWS is not read: the operator has not listed {code(repository.full_name)} in "
            f"{code('PILOTHOUSE_AWS_REPOSITORIES')}."
        ),
    )

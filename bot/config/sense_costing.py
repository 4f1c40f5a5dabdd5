"""Finds what a policy says about costs that cannot be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.terms import parse_duration
from bot.github.models import Permission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.config.costing import CostTerms
    from bot.config.sense import Mistake

_LEAST_APART = parse_duration("4m")  # two readings that are nearer are one
_RESERVED_TAG = "aws:"


def sense_of_costs(costs: CostTerms | None) -> Iterator[Mistake]:
    """This function will find what cannot be meant under the key `costs`."""
    if costs is None:
        return
    for check in _CHECKS:
        for path, message in check(costs):
            yield ("costs", *path), message


def _limits(costs: CostTerms) -> Iterator[Mistake]:
    if costs.highest < costs.daily:
        yield ("ceiling",), f"it is below the limit, which is {costs.limit:g}"
    if not costs.permission.covers(Permission.WRITE):
        yield (
            ("permission",),
            "people who may not change the repository could change its budget; it takes write or more",
        )


def _ladder(costs: CostTerms) -> Iterator[Mistake]:
    ladder = costs.ladder
    if not ladder.freeze <= ladder.hold <= ladder.deny:
        yield (
            ("ladder",),
            f"freeze ({ladder.freeze}), hold ({ladder.hold}) and deny ({ladder.deny}) must follow each other upwards",
        )
    for index, mark in enumerate(ladder.notify):
        if mark > ladder.freeze:
            yield ("ladder", "notify", index), f"nothing is only told above freeze, which is {ladder.freeze}"
    if parse_duration(ladder.apart) < _LEAST_APART:
        yield ("ladder", "apart"), "two readings must be 4m apart at least, for the second to be a fresh one"


def _accounts(costs: CostTerms) -> Iterator[Mistake]:
    seen: set[str] = set()
    for index, account in enumerate(costs.accounts):
        if account.id in seen:
            yield ("accounts", index, "id"), f"the account {account.id} is there twice"
        seen.add(account.id)
        if account.role is not None and account.role.split(":")[4] != account.id:
            yield ("accounts", index, "role"), f"the role is not one of the account {account.id}"
        if len(set(account.regions)) < len(account.regions):
            yield ("accounts", index, "regions"), "a region is there twice"
    if costs.enforce.deny_role is not None and not costs.accounts:
        yield ("enforce", "deny_role"), "there is no account under `accounts` that it could be a role of"


def _tags(costs: CostTerms) -> Iterator[Mistake]:
    for name in costs.tags:
        if not name.strip() or name.lower().startswith(_RESERVED_TAG):
            yield ("tags", name), f"nobody can set a tag that is empty or begins with {_RESERVED_TAG}"


def _cluster(costs: CostTerms) -> Iterator[Mistake]:
    cluster = costs.cluster
    if cluster is None:
        return
    accounts = {account.id: account for account in costs.accounts}
    if cluster.account is not None and cluster.account not in accounts:
        yield ("cluster", "account"), f"{cluster.account} is none of `accounts`"
    if cluster.fleet is not None and not accounts:
        yield ("cluster", "fleet"), "EC2 can make machines in one of `accounts` only, and there is none"
    regions = {region for account in costs.accounts for region in account.regions}
    if cluster.region is not None and accounts and cluster.region not in regions:
        yield (
            ("cluster", "region"),
            f"{cluster.region} is none of the regions of `accounts`, so nothing would meter it",
        )
    if parse_duration(cluster.longest) < cluster.kept_for:
        yield ("cluster", "longest"), f"it is shorter than keep, which is {cluster.keep}"
    if not any(group.count for group in cluster.groups.values()):
        yield ("cluster", "groups"), "there is no machine in any of them"


_CHECKS: tuple[Callable[[CostTerms], Iterator[Mistake]], ...] = (
    _limits,
    _ladder,
    _accounts,
    _tags,
    _cluster,
)

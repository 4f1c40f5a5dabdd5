"""Decides whether the cluster may be brought up: how it stands, what the budget and the limit say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import structs

from bot.budget.condition import budget_condition
from bot.budget.model import BudgetStanding, Mode, Stops
from bot.budget.money import dollars
from bot.commands.model import Refused
from bot.commands.reasons import Reason
from bot.config.costing import ClusterConfig  # noqa: TC001 - as above
from bot.config.mistakes import PATH
from bot.config.terms import parse_duration
from bot.costs.cluster.model import ClusterState, Group, Raised, hourly
from bot.costs.cluster.states import BUSY, KEEPABLE
from bot.decisions.model import Condition, Decision, Standing, conclude
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config.costing import CostConfig
    from bot.costs.cluster.model import Cluster

KIND = "cluster"
MOST_NODES = 100  # of one group, as in the configuration
_MOST_LISTED = 10
_HOUR = Decimal(3600)
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFacts:
    """All that the decision about bringing the cluster up is made from."""

    config: ClusterConfig | None
    mistakes: tuple[str, ...]  # of the configuration, where it has some
    state: ClusterState
    nodes: int | None
    length: str  # how long it is asked for; empty for the configured time
    groups: tuple[Group, ...]  # with their prices
    standing: BudgetStanding | None
    rate: Decimal | None  # dollars an hour that are spent now without it; None where it is not known
    aws_gap: (
        str | None
    )  # safe Markdown: why AWS may not be used; empty where it may, None where that is not known
    now: datetime
    price_gaps: tuple[str, ...] = ()  # safe Markdown: why some prices are not known
    strays: int = 0  # machines that bear its tags although it is down
    is_counted: bool = False  # whether the day's figures hold the cluster already

    @property
    def added(self) -> Decimal | None:
        """What an hour of it adds to the day's figures; None where that is not known."""
        return Decimal(0) if self.is_counted else self.hourly

    @property
    def ends_at(self) -> datetime:
        """When it ends by itself."""
        kept = self.config.kept_for if self.config is not None else timedelta()
        return self.now + (parse_duration(self.length) if self.length else kept)

    @property
    def hourly(self) -> Decimal | None:
        """What an hour of it costs; what is not known of spot prices is taken at the price on demand."""
        is_spot = self.config is not None and self.config.spot
        spot = hourly(self.groups, is_spot=is_spot)
        return spot if spot is not None else hourly(self.groups, is_spot=False)


def decide_cluster(facts: ClusterFacts) -> Decision:
    """This function will decide whether the cluster may be brought up now."""
    return conclude(KIND, tuple(_conditions(facts)))


def _conditions(facts: ClusterFacts) -> Iterator[Condition]:
    config = facts.config
    if config is None:
        yield missing_configuration(facts.mistakes)
        return
    yield Condition(
        name="configuration", standing=Standing.MET, text=f"The cluster is {_made_of(facts.groups)}."
    )
    yield _state(facts.state, facts.strays)
    yield _nodes(facts, config)
    yield _length(facts, config)
    if config.fleet is not None:
        yield _aws(facts.aws_gap)
    yield budget_condition(facts.standing, Stops.NODES, now=facts.now)
    yield limit_condition(facts)


def missing_configuration(mistakes: tuple[str, ...]) -> Condition:
    """This function will say that no cluster is configured, or that the configuration has mistakes."""
    if mistakes:
        listed = "\n".join(f"- {code(mistake)}" for mistake in mistakes[:_MOST_LISTED])
        text = f"{code(PATH)} on the default branch has mistakes:\n\n{listed}\n\n"
        who = "Someone with the role write can correct them."
        reason = Reason.CONFIGURATION_INVALID
    else:
        text = f"{code(PATH)} on the default branch has no {code('costs: cluster')}."
        who = "Someone with the role write can add it."
        reason = Reason.NO_CLUSTER
    return Condition(name="configuration", standing=Standing.UNMET, text=text, reason=reason, who=who)


def _made_of(groups: tuple[Group, ...]) -> str:
    return ", ".join(f"{group.count} {code(group.type)} ({code(group.name)})" for group in groups)


def _state(state: ClusterState, strays: int) -> Condition:
    if state is ClusterState.DOWN and strays:
        text = f"{strays} machines bear the cluster's tags, although it was not brought up here."
        who = f"{code('/cluster status')} shows them, {code('/cluster down')} ends them."
        return Condition(name="state", standing=Standing.UNMET, text=text, reason=Reason.CLUSTER_UP, who=who)
    if state is ClusterState.DOWN:
        return Condition(name="state", standing=Standing.MET, text="The cluster is down.")
    if state in BUSY:
        text = f"The cluster is {code(state)}."
        who = "It can be written again when that has ended."
        return Condition(
            name="state", standing=Standing.UNMET, text=text, reason=Reason.CLUSTER_BUSY, who=who
        )
    who = f"It can be kept longer by {code('/cluster keep 2h')}, or ended first by {code('/cluster down')}."
    text = f"The cluster is {code(state)}."
    return Condition(name="state", standing=Standing.UNMET, text=text, reason=Reason.CLUSTER_UP, who=who)


def _nodes(facts: ClusterFacts, config: ClusterConfig) -> Condition:
    if facts.nodes is None:
        return Condition(name="nodes", standing=Standing.MET, text="The configured number of machines.")
    scaling = [name for name, group in config.groups.items() if group.scales]
    if not scaling:
        text = f"No group of the configuration has {code('scales: true')}, so their numbers are fixed."
    elif not 1 <= facts.nodes <= MOST_NODES:
        text = f"The number of machines is between 1 and {MOST_NODES}, not {facts.nodes}."
    else:
        named = ", ".join(code(name) for name in scaling)
        return Condition(
            name="nodes", standing=Standing.MET, text=f"{facts.nodes} machines of the group {named}."
        )
    return Condition(name="nodes", standing=Standing.UNMET, text=text, reason=Reason.PARAMETER_INVALID)


def _length(facts: ClusterFacts, config: ClusterConfig) -> Condition:
    until = f"It ends by itself at {facts.ends_at:%Y-%m-%d %H:%M} UTC"
    if facts.length and parse_duration(facts.length) > parse_duration(config.longest):
        text = (
            f"{code(facts.length)} is longer than the {code(config.longest)} that the configuration allows."
        )
        return Condition(name="length", standing=Standing.UNMET, text=text, reason=Reason.TIME_INVALID)
    return Condition(name="length", standing=Standing.MET, text=f"{until}.")


def _aws(gap: str | None) -> Condition:
    if gap:
        return Condition(name="aws", standing=Standing.UNMET, text=gap, reason=Reason.AWS_NOT_ALLOWED)
    text = "The operator lets this repository use the AWS credentials."
    if gap is None:
        text = "Whether the operator lets this repository use AWS is seen when it is carried out."
    return Condition(name="aws", standing=Standing.MET, text=text)


def limit_condition(facts: ClusterFacts) -> Condition:
    """This function will say whether the day stays within its limit with the cluster."""
    standing, price = facts.standing, facts.added
    if standing is None or standing.day != facts.now.date():
        return _within("The costs of this day (UTC) have not been read yet.")
    if price is None:
        return _within(f"What the cluster costs is not known; the day's limit is {dollars(standing.limit)}.")
    whole, text = _whole(facts, standing, price)
    if whole <= standing.limit or facts.is_counted:
        return _within(text)
    if standing.mode is not Mode.ENFORCE:
        return _within(f"{text} Were the limit enforced, this would be refused.")
    if not standing.is_sure:
        return _within(f"{text} The figures are not sure enough to refuse it for that.")
    return Condition(
        name="limit",
        standing=Standing.UNMET,
        text=text,
        reason=Reason.OVER_LIMIT,
        who=(
            f"A smaller cluster or a shorter time may do ({code('/cluster up 3 --for 1h')}), or someone who may change "
            f"the budget extends it by {code('/budget extend 25 until 18:00 because …')}."
        ),
    )


def _whole(facts: ClusterFacts, standing: BudgetStanding, price: Decimal) -> tuple[Decimal, str]:
    """What the whole day is expected to cost, and that in words."""
    expected = max(standing.forecast, standing.spent)
    limit = f"its limit is {dollars(standing.limit)}"
    if facts.is_counted:
        return expected, f"The day is expected to cost {dollars(expected)}; {limit}."
    hours = _hours(min(facts.ends_at, _midnight(facts.now)) - facts.now)
    whole = expected + price * hours
    added = f"{dollars(price)} an hour for {hours.quantize(_TENTH)} h of this day"
    return whole, f"With the cluster ({added}) the day is expected to cost {dollars(whole)}; {limit}."


def costs_of_cluster(costs: CostConfig | None, cluster: Cluster) -> CostConfig | None:
    """This function will return the configuration by which a cluster that is not down is looked at and ended.

    That is the one with which it was brought up: its machines bear those tags, wherever a newer one looks. What a
    newer one protects is protected too.
    """
    begun = cluster.details.costs
    if begun is None or cluster.state is ClusterState.DOWN:
        return costs
    newer = () if costs is None else costs.enforce.protected
    protected = tuple(dict.fromkeys((*begun.enforce.protected, *newer)))
    return structs.replace(begun, enforce=structs.replace(begun.enforce, protected=protected))


def kept_until(cluster: Cluster, length: str, *, longest: str, now: datetime) -> datetime | Refused:
    """This function will say until when the cluster is kept for this length of time; never shorter than before."""
    if cluster.state not in KEEPABLE or cluster.begun_at is None:
        text = f"The cluster is {code(cluster.state)}, so there is nothing to keep."
        reason = Reason.CLUSTER_BUSY if cluster.state in BUSY else Reason.CLUSTER_DOWN
        return Refused(reason=reason, text=text)
    until, latest = now + parse_duration(length), cluster.begun_at + parse_duration(longest)
    if until > latest:
        text = (
            f"The configuration lets a cluster stay up for {code(longest)}, so until {latest:%Y-%m-%d %H:%M} UTC "
            "at the latest."
        )
        return Refused(reason=Reason.TIME_INVALID, text=text)
    return max(until, cluster.keep_until or until)


def state_of(raised: tuple[Raised, ...]) -> ClusterState:
    """This function will say how the cluster stands after its machines were asked for."""
    if any(group.is_uncertain for group in raised):
        return ClusterState.UNCLEAR
    if not any(group.ids for group in raised):
        return ClusterState.DOWN
    is_whole = all(len(group.ids) >= group.wanted for group in raised)
    return ClusterState.UP if is_whole else ClusterState.PARTIAL


def limit_in(facts: ClusterFacts) -> timedelta | None:
    """This function will say in what time the limit is reached with the cluster; None where that is not known."""
    standing, price = facts.standing, facts.added
    if standing is None or standing.day != facts.now.date() or price is None or facts.rate is None:
        return None
    left, rate = standing.limit - standing.spent, facts.rate + price
    if rate <= 0:
        return None
    return timedelta(hours=float(max(left, Decimal(0)) / rate))


def _within(text: str) -> Condition:
    return Condition(name="limit", standing=Standing.MET, text=text)


def _hours(length: timedelta) -> Decimal:
    return Decimal(int(length.total_seconds())) / _HOUR


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)

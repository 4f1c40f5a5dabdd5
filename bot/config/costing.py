"""What a repository may say about its costs: its daily limit, where its spend is metered, what the limit may stop."""

from __future__ import annotations

from datetime import timedelta  # noqa: TC003 - part of a public signature
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, field

from bot.config.agents import (  # noqa: TC001 - msgspec reads the annotations at run time
    AccountId,
    AgentConfig,
    HostConfig,
    Instance,
    Name,
    Region,
    RoleArn,
)
from bot.config.terms import Duration, Strict, WorkflowFile, parse_duration
from bot.github.models import Permission

Dollars = Annotated[float, Meta(gt=0, le=1_000_000)]
Percent = Annotated[int, Meta(ge=1, le=1000)]
RoleName = Annotated[str, Meta(pattern=r"^[\w+=,.@-]{1,64}$")]


class AccountConfig(Strict, frozen=True, kw_only=True):
    """One AWS account whose spend is metered."""

    id: Annotated[AccountId, Meta(description="The account's 12 digits.")]
    role: Annotated[
        RoleArn | None,
        Meta(
            description="The role to assume there, with the external id that `/cost sources` shows; "
            "without it the process's own credentials.",
        ),
    ] = None
    regions: Annotated[
        tuple[Region, ...],
        Meta(description="The regions that are looked at.", min_length=1, max_length=30),
    ] = ("us-east-1",)


class FixedItem(Strict, frozen=True, kw_only=True):
    """Something whose price is known and that no source meters."""

    per_day: Annotated[float, Meta(ge=0, le=100_000, description="US dollars a day.")]
    service: Annotated[str, Meta(description="Under which service it is reported.", max_length=100)] = "Fixed"
    at_once: Annotated[
        bool, Meta(description="Whether it is spent as the day begins, not evenly through the day.")
    ] = False


class ReportConfig(Strict, frozen=True, kw_only=True):
    """The report: one issue a month, one comment a day, a summary on Mondays."""

    issue: Annotated[bool, Meta(description="Whether it is written.")] = True
    labels: Annotated[tuple[str, ...], Meta(description="Labels of the issue.", max_length=10)] = ("cost",)
    weekly: Annotated[bool, Meta(description="Whether the week is summed up on Monday.")] = True


class NoticesConfig(Strict, frozen=True, kw_only=True):
    """Where notices go beside the issue."""

    chat: Annotated[
        Name | None,
        Meta(description="The name of a webhook that the operator set in PILOTHOUSE_CHAT_WEBHOOKS."),
    ] = None
    email: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[^@\s<>,]+@[^@\s<>,]+$")], ...],
        Meta(description="Addresses, where the operator set PILOTHOUSE_SMTP_URL.", max_length=10),
    ] = ()


class LadderConfig(Strict, frozen=True, kw_only=True):
    """At which part of the limit what happens."""

    notify: Annotated[tuple[Percent, ...], Meta(description="Where it is only told.", max_length=5)] = (
        50,
        80,
    )
    freeze: Annotated[Percent, Meta(description="Where no deployment, node or agent is begun any more.")] = 95
    hold: Annotated[Percent, Meta(description="Where agents are paused and spot instances terminated.")] = 100
    deny: Annotated[Percent, Meta(description="Where the agents' role is denied all model calls.")] = 110
    back: Annotated[
        int,
        Meta(ge=0, description="How far below a mark spend or limit must be before its stage ends.", le=50),
    ] = 5
    apart: Annotated[Duration, Meta(description="How far apart the two readings are that hold needs.")] = "4m"
    fresh: Annotated[Duration, Meta(description="How old a reading may be that acts.")] = "40m"


class EnforceConfig(Strict, frozen=True, kw_only=True):
    """What the limit may reach, and how much of it at a time."""

    cluster: Annotated[
        Name, Meta(description="The value of the tag `pilothouse:cluster` that it may end.")
    ] = "test"
    protected: Annotated[
        tuple[Instance, ...],
        Meta(description="Instances that are never touched, whatever their tags say.", max_length=100),
    ] = ()
    at_most: Annotated[
        int, Meta(ge=1, le=1000, description="Instances ended at a time; if there are more, none is.")
    ] = 20
    deny_role: Annotated[
        RoleName | None,
        Meta(description="The agents' role; without it none is denied."),
    ] = None


class NodeGroup(Strict, frozen=True, kw_only=True):
    """Machines of one kind in the cluster."""

    type: Annotated[
        str, Meta(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$", description="The instance type: i4i.2xlarge.")
    ]
    count: Annotated[int, Meta(ge=0, le=100, description="How many.")] = 1
    scales: Annotated[bool, Meta(description="Whether `/cluster up N` sets their number.")] = False


class FleetConfig(Strict, frozen=True, kw_only=True):
    """The cluster made by EC2 itself: a launch template, and one fleet request per group."""

    launch_template: Annotated[str, Meta(pattern=r"^[a-zA-Z0-9().\-/_]{3,128}$", description="Its name.")]
    subnets: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^subnet-[0-9a-f]{8,17}$")], ...],
        Meta(description="Where the machines may stand.", min_length=1, max_length=16),
    ]


class ClusterConfig(Strict, frozen=True, kw_only=True):
    """The test cluster that `/cluster` steers; by a workflow, or by EC2 itself where `fleet` is given."""

    groups: Annotated[
        dict[Name, NodeGroup], Meta(description="The machines by role.", min_length=1, max_length=20)
    ]
    spot: Annotated[bool, Meta(description="Whether they are spot instances.")] = True
    account: Annotated[
        AccountId | None,
        Meta(description="Where they stand; by default the first account."),
    ] = None
    region: Annotated[str | None, Meta(description="By default the first of the account.")] = None
    workflow: Annotated[
        WorkflowFile,
        Meta(description="The workflow that makes and ends it, with inputs `action` and `nodes`."),
    ] = "cluster.yml"
    fleet: Annotated[FleetConfig | None, Meta(description="Made by EC2 itself, without a workflow.")] = None
    keep: Annotated[Duration, Meta(description="How long it stays up unless kept longer.")] = "4h"
    longest: Annotated[Duration, Meta(description="How long `/cluster keep` may make it.")] = "12h"

    @property
    def kept_for(self) -> timedelta:
        """How long it stays up unless kept longer."""
        return parse_duration(self.keep)


class CostTerms(Strict, frozen=True, kw_only=True):
    """What the repository may spend a day, and what is done about it."""

    limit: Annotated[Dollars, Meta(description="US dollars a day (UTC).")] = 100.0
    ceiling: Annotated[
        Dollars | None,
        Meta(description="Above which no extension goes; by default half over the limit."),
    ] = None
    accounts: Annotated[
        tuple[AccountConfig, ...],
        Meta(description="The AWS accounts that are metered; the operator must allow it.", max_length=50),
    ] = ()
    tags: Annotated[
        dict[str, str],
        Meta(description="Only what bears these tags in AWS is this repository's.", max_length=10),
    ] = field(default_factory=dict)
    actions: Annotated[bool, Meta(description="Whether GitHub Actions minutes are counted.")] = True
    fixed: Annotated[dict[Name, FixedItem], Meta(description="Items of a known price.", max_length=50)] = (
        field(default_factory=dict)
    )
    ladder: LadderConfig = LadderConfig()
    enforce: EnforceConfig = EnforceConfig()
    report: ReportConfig = ReportConfig()
    notices: NoticesConfig = NoticesConfig()
    permission: Annotated[
        Permission, Meta(description="Who may change the budget, and second such a change.")
    ] = Permission.MAINTAIN
    cluster: Annotated[ClusterConfig | None, Meta(description="The cluster; without it there is none.")] = (
        None
    )

    @property
    def daily(self) -> Decimal:
        """The limit in exact dollars."""
        return Decimal(str(self.limit))

    @property
    def highest(self) -> Decimal:
        """Above which no extension goes, in exact dollars."""
        return Decimal(str(self.ceiling)) if self.ceiling is not None else self.daily * Decimal("1.5")


class CostConfig(CostTerms, frozen=True, kw_only=True):
    """The terms with the agents whose spend is metered and who are paused, and the hosts these run on."""

    agents: dict[Name, AgentConfig] = field(default_factory=dict)
    hosts: dict[Name, HostConfig] = field(default_factory=dict)

"""What a repository may say about approvals and the times in which nothing is deployed."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from bot.config.terms import Duration, Strict
from bot.github.models import Permission  # noqa: TC001 - msgspec reads the annotations at run time


class ApproversConfig(Strict, frozen=True, kw_only=True):
    """Whose approval counts: who is named, in a named team, or has at least the role."""

    users: Annotated[tuple[str, ...], Meta(description="Logins.")] = ()
    teams: Annotated[
        tuple[str, ...], Meta(description="Teams as `organisation/slug`, child teams included.")
    ] = ()
    permission: Annotated[
        Permission | None,
        Meta(description="A role that suffices; with no users and no teams it is `write`."),
    ] = None


class ApprovalsConfig(Strict, frozen=True, kw_only=True):
    """The approvals that a deployment needs; nobody approves their own change."""

    count: Annotated[int, Meta(description="How many people must approve.", ge=1, le=10)] = 1
    approvers: Annotated[ApproversConfig, Meta(description="Whose approval counts.")] = field(
        name="from", default=ApproversConfig()
    )
    distinct_teams: Annotated[
        int, Meta(description="From how many different teams of `from.teams` they must come.", ge=0, le=10)
    ] = 0
    expires: Annotated[Duration, Meta(description="How long an approval holds, and a gate waits.")] = "24h"
    self: Annotated[
        bool,
        Meta(
            description="Whether the requester may approve; authors of the pull request and its commits never may."
        ),
    ] = False
    reviews: Annotated[
        bool, Meta(description="Whether an approving review of the head counts as an approval.")
    ] = False
    request: Annotated[
        bool, Meta(description="Whether the users and teams of `from` are asked for their review.")
    ] = True


class FreezeWindow(Strict, frozen=True, kw_only=True):
    """A time in which nothing is deployed: `cron` with `lasts`, or `start` to `end`."""

    cron: Annotated[
        str, Meta(description="When it begins, as a cron expression.", examples=["0 16 * * 5"])
    ] = ""
    lasts: Annotated[Duration | None, Meta(description="How long it lasts, with `cron`.")] = None
    start: Annotated[
        str, Meta(description="The date or time at which it begins.", examples=["2026-12-20"])
    ] = ""
    end: Annotated[
        str, Meta(description="The date (still included) or time at which it ends.", examples=["2027-01-04"])
    ] = ""
    zone: Annotated[str, Meta(description="The time zone.", examples=["Europe/Berlin"])] = "UTC"
    reason: Annotated[str, Meta(description="Why, for the answer.")] = ""


class FreezeConfig(Strict, frozen=True, kw_only=True):
    """When nothing is deployed, and who or what is excepted."""

    windows: Annotated[tuple[FreezeWindow, ...], Meta(description="The times.", max_length=50)] = ()
    exceptions: Annotated[
        tuple[FreezeWindow, ...], Meta(description="Times within them that are open.", max_length=50)
    ] = ()
    allow: Annotated[
        ApproversConfig | None, Meta(description="Who may deploy in spite of it; without it nobody.")
    ] = None

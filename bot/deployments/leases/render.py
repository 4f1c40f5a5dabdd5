"""Says who holds an environment, who waits for it, and what ends that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from bot.commands.model import Reason, Refused
from bot.deployments.leases.model import EVERYWHERE, HoldKind
from bot.deployments.leases.rules import contenders, holds_of, is_expired, may_have_a_run
from bot.markdown import code, escape, link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from bot.deployments.leases.model import Holder, Lease, Line, Place, Queued, Ticket
    from bot.github.models import Actor

_MOST_AHEAD = 10
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def render_queued(place: Place, queued: Queued, *, now: datetime, web_url: str = "") -> str:
    """This function will say at which place of the queue a deployment is, and what it waits for.

    Nothing in it changes by itself, so that the comment is edited only when the queue has moved.
    """
    where = f"Number {queued.position} in the queue for {code(place.environment)}"
    lines = [f"{where}; this comment is edited as it goes on."]
    if queued.lease is not None:
        lines += ["", render_lease(queued.lease, now=now, web_url=web_url)]
    if queued.ahead:
        lines += ["", "Before it:", "", *_tickets(queued.ahead, web_url)]
    return "\n".join(lines)


def render_lease(lease: Lease, *, now: datetime, web_url: str = "") -> str:
    """This function will say in a sentence who holds an environment, and what ends that."""
    name, who = _name(lease.place), code(lease.holder.person.login)
    what, until, why = _what(lease.holder, web_url), _until(lease, now), _why(lease)
    match lease.holder.kind:
        case HoldKind.DEPLOY:
            since = f"since {render_moment(lease.taken_at)}{_signs_of_life(lease, now)}"
            return f"{name} is held by the deployment{what} for {who} {since}."
        case HoldKind.KEEP:
            return f"{name} is kept for {who} with the deployment{what}{until}."
        case HoldKind.LOCK:
            is_begun = lease.token or lease.place.key == EVERYWHERE
            is_locked = "is locked" if is_begun else "will be locked, as soon as it is free,"
            return f"{name} {is_locked} by {who}{what}{until}{why}."
        case HoldKind.FREEZE:
            return f"{name} is frozen after the unhealthy deployment{what}{why}."
        case _:
            assert_never(lease.holder.kind)


def render_ticket(ticket: Ticket, *, web_url: str = "") -> str:
    """This function will say who waits."""
    return f"{code(ticket.holder.person.login)}{_what(ticket.holder, web_url)}"


def refuse_closed(lease: Lease, *, now: datetime, web_url: str = "") -> Refused:
    """This function will say that an environment is closed, by whom, and who can open it."""
    name = lease.place.environment
    said = render_lease(lease, now=now, web_url=web_url)
    if lease.holder.kind is HoldKind.FREEZE:
        text = (
            f"{said} Someone with the role write can put back a healthy deployment with {code(f'/rollback {name}')}, "
            f"or look and then write {code(f'/unlock {name} --force REASON')}."
        )
        return Refused(reason=Reason.ENVIRONMENT_FROZEN, text=text)
    who = code(lease.holder.person.login)
    text = (
        f"{said} {who} can open it with {code(f'/unlock {name}')}, someone else with the role write with "
        f"{code(f'/unlock {name} --force REASON')}."
    )
    return Refused(reason=Reason.LOCKED, text=text)


def refuse_unreadable(why: str, place: Place | None = None) -> Refused:
    """This function will say that nobody knows who holds the environment, so that nothing may happen in it."""
    name = code(place.environment) if place is not None else "an environment"
    text = (
        f"Who holds {name} could not be read ({escape(why)}), and so nothing is deployed there. "
        "Whoever runs this bot can look into its database; write the command again after that."
    )
    return Refused(reason=Reason.LEASE_UNREADABLE, text=text)


def refuse_cancelled(place: Place, by: str, why: str) -> Refused:
    """This function will say that a deployment was taken out of the queue."""
    whose = f" by {code(by)}" if by else ""
    because = f": {why}" if why else ""
    return Refused(
        reason=Reason.CANCELLED,
        text=f"Taken out of the queue for {code(place.environment)}{whose}{because}. Nothing was deployed.",
    )


def refuse_late(place: Place, waited: timedelta) -> Refused:
    """This function will say that a deployment has waited for too long to be what is still wanted."""
    text = (
        f"{code(place.environment)} was not free for {render_duration(waited)}; nothing was deployed. "
        f"{code(f'/queue {place.environment}')} shows who holds it."
    )
    return Refused(reason=Reason.TIME_LIMIT, text=text)


def render_locked(lease: Lease, *, now: datetime) -> str:
    """This function will say that an environment is locked, who may still deploy, and what ends it."""
    name, number = lease.place.environment, lease.holder.number
    closed = f", or when #{number} is merged or closed" if number is not None else ""
    until = "it ends by itself, or" if lease.expires_at is not None else "it ends"
    return (
        f"{render_lease(lease, now=now)} Only {code(lease.holder.person.login)} can deploy there; {until} with "
        f"{code(f'/unlock {name}')}{closed}."
    )


def render_opened(ended: Sequence[Lease], left: Sequence[Lease], *, now: datetime) -> str:
    """This function will say what was ended, and what still keeps the environment closed."""
    words = {
        HoldKind.LOCK: "is unlocked",
        HoldKind.FREEZE: "is no longer frozen",
        HoldKind.KEEP: "is no longer kept; it is taken down",
    }
    lines = [f"{_name(hold.place)} {words[hold.holder.kind]}." for hold in ended]
    return "\n".join((*lines, *(f"But {render_lease(hold, now=now)}" for hold in left)))


def render_taken(lease: Lease, *, is_over: bool) -> str:
    """This function will say whether an environment could be taken from a deployment under way."""
    name, what = code(lease.place.environment), _what(lease.holder, "")
    if is_over:
        return f"{name} was taken from the deployment{what}; its workflow run is over."
    return (
        f"The deployment{what} to {name} was asked to stop, but its workflow run has not ended, and two at once must "
        "not be. Write the command again when it has."
    )


def render_forced(lease: Lease, *, by: Actor, why: str) -> str:
    """This function will tell the holder of an environment that someone has opened it."""
    kinds = {
        HoldKind.DEPLOY: "took the environment from your deployment to",
        HoldKind.KEEP: "ended the keeping of",
        HoldKind.LOCK: "ended your lock on",
        HoldKind.FREEZE: "ended the freeze of",
    }
    because = f": {escape(why)}" if why else "."
    name = "every environment" if lease.place.key == EVERYWHERE else code(lease.place.environment)
    what = f"{kinds[lease.holder.kind]} {name}"
    return f"{_mention(lease.holder.person)}: {code(by.login)} {what}{because}"


def render_lines(lines: Sequence[Line], *, now: datetime) -> str:
    """This function will show who holds which environment, and who waits for it."""
    return "\n\n".join(_line(line, now) for line in lines) or "No environment is held, locked or waited for."


def _line(line: Line, now: datetime) -> str:
    name = code(line.place.environment)
    first = render_lease(line.lease, now=now) if line.lease is not None else f"{name} is free."
    begun = [line.lease] if line.lease is not None else []
    others = [render_lease(hold, now=now) for hold in holds_of(line, now) if hold not in begun]
    waiting = contenders(line.tickets, now)
    queue = ["", *_tickets(waiting, "")] if waiting else []
    return "\n".join((first, *others, *queue))


def _name(place: Place) -> str:
    return "Every environment" if place.key == EVERYWHERE else code(place.environment)


def _mention(person: Actor) -> str:
    """A mention that notifies, of a person; of a name that GitHub does not give to people, none."""
    return f"@{person.login}" if _LOGIN.fullmatch(person.login) else code(person.login)


def render_duration(duration: timedelta) -> str:
    """This function will word a length of time by its two greatest units."""
    left = max(0, round(duration.total_seconds()))
    parts: list[str] = []
    for seconds, unit in _UNITS:
        count, left = divmod(left, seconds)
        if count or parts:
            parts.append(f"{count} {unit}")
    return " ".join(part for part in parts[:2] if not part.startswith("0 ")) or "0 s"


def render_moment(at: datetime) -> str:
    """This function will word a time, in UTC."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _tickets(tickets: tuple[Ticket, ...], web_url: str) -> list[str]:
    lines = [
        f"{position}. {render_ticket(ticket, web_url=web_url)}"
        for position, ticket in enumerate(tickets[:_MOST_AHEAD], 1)
    ]
    more = len(tickets) - _MOST_AHEAD
    return [*lines, f"\nand {more} more"] if more > 0 else lines


def _what(holder: Holder, web_url: str) -> str:
    """The commit and the pull request, where they are known."""
    commit = code(holder.sha[:7])
    number = f"#{holder.number}" if holder.number is not None else ""
    if web_url and holder.sha:
        commit = link(commit, f"{web_url}/commit/{holder.sha}")
    return f"{' of ' * bool(commit)}{commit}{' on ' * bool(number)}{number}"


def _until(lease: Lease, now: datetime) -> str:
    if lease.expires_at is None:
        return ""
    if lease.expires_at <= now:
        return f" until {render_moment(lease.expires_at)}, which is over"
    return f" until {render_moment(lease.expires_at)}"


def _why(lease: Lease) -> str:
    return f": {escape(lease.holder.reason)}" if lease.holder.reason else ""


def _signs_of_life(lease: Lease, now: datetime) -> str:
    if not is_expired(lease, now):
        return ""
    silent = f", silent since {render_moment(lease.heartbeat_at)}"
    return f"{silent}, but its workflow run has not ended" if may_have_a_run(lease) else silent

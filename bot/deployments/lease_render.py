"""Says who holds an environment, who waits for it, and what ends that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.deployments.lease_model import HoldKind
from bot.deployments.lease_rules import is_expired, may_have_a_run
from bot.markdown import code, escape, link

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.deployments.lease_model import Holder, Lease, Place, Queued, Ticket

_MOST_AHEAD = 10
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
    name, who = code(lease.place.environment), code(lease.holder.person.login)
    match lease.holder.kind:
        case HoldKind.DEPLOY:
            state = _signs_of_life(lease, now)
            since = render_moment(lease.taken_at)
            return f"{name} is held by the deployment{_what(lease.holder, web_url)} for {who} since {since}{state}."
        case HoldKind.KEEP:
            return f"{name} is kept{_what(lease.holder, web_url)} for {who}{_until(lease, now)}."
        case HoldKind.LOCK:
            begins = "" if lease.token else ", as soon as the deployment under way ends"
            return f"{name} is locked by {who}{_what(lease.holder, web_url)}{begins}{_until(lease, now)}{_why(lease)}."
        case HoldKind.FREEZE:
            what = _what(lease.holder, web_url)
            return f"{name} is frozen after a deployment that was not healthy{what}{_why(lease)}."


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


def refuse_unreadable(place: Place, why: str) -> Refused:
    """This function will say that nobody knows who holds the environment, so that nothing may happen in it."""
    text = (
        f"Who holds {code(place.environment)} could not be read ({escape(why)}), and so nothing is deployed there. "
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

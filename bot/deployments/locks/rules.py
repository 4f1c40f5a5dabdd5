"""Decides who may open an environment, and what of a deployment a person may stop."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.config.policy import parse_duration
from bot.deployments.leases.model import EVERYWHERE, HoldKind, Lease
from bot.deployments.leases.render import render_lease
from bot.deployments.leases.rules import holds_of
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from bot.deployments.leases.model import Holder, Line
    from bot.github.models import Actor

_ID = re.compile(r"#?(\d{1,18})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    """Who wants to open an environment, and with what words."""

    person: Actor
    number: int | None
    is_forced: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is ended, that the environment may be open."""

    holds: tuple[Lease, ...] = ()
    deployment: Lease | None = None  # one under way, only by force
    left: tuple[Lease, ...] = ()  # holds that stay, as they are another person's


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A deployment that is under way or waits."""

    run_id: str
    environment: str
    number: int | None
    deployment_id: int = 0  # 0 before GitHub knows one


def lock_length(written: tuple[str, ...]) -> timedelta | Refused | None:
    """This function will read for how long a lock is asked for; None is until somebody ends it."""
    if not written:
        return None
    try:
        return parse_duration(written[0])
    except ValueError:
        text = f"{code(written[0])} is no length of time; write {code('30m')}, {code('8h')} or {code('2d')}."
        return Refused(reason=Reason.BAD_FLAG_VALUE, text=text)


def decide_unlock(line: Line, opener: Opener, *, now: datetime) -> Opening | Refused:
    """This function will say which holds the person may end; force ends all, and where there is none, a deployment."""
    name = line.place.environment
    if opener.is_forced and not opener.reason:
        text = f"Say why, for whoever holds it: {code(f'/unlock {name} --force REASON')}."
        return Refused(reason=Reason.MISSING_ARGUMENT, text=text)
    holds = tuple(hold for hold in holds_of(line, now) if hold.place.key == line.place.key)
    own = holds if opener.is_forced else tuple(hold for hold in holds if _is_own(hold.holder, opener))
    if own:
        return Opening(holds=own, left=tuple(hold for hold in holds if hold not in own))
    if holds:
        return _refuse_stranger(holds[0], now)
    return _opened_deployment(line, opener, now)


def decide_cancel(wanted: str, known: Sequence[Work], *, number: int) -> Work | Refused:
    """This function will choose the deployment to stop: by id, by environment, or the only one of the pull request."""
    of_pull = [work for work in known if work.number == number]
    if not wanted:
        chosen = of_pull
    elif found := _ID.fullmatch(wanted):
        chosen = [work for work in known if work.deployment_id == int(found[1])]
    else:
        chosen = [work for work in of_pull if work.environment.casefold() == wanted.casefold()]
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        listed = "\n".join(f"- {_named(work)}" for work in chosen)
        return Refused(reason=Reason.MISSING_ARGUMENT, text=f"Say which of these to cancel:\n\n{listed}")
    what = f" as {code(wanted)}" if wanted else ""
    listed = "\n".join(f"- {_named(work)}" for work in of_pull)
    others = f" Under way on this pull request:\n\n{listed}" if of_pull else ""
    text = f"No deployment of this pull request is under way or waits{what}.{others}"
    return Refused(reason=Reason.NOTHING_TO_CANCEL, text=text)


def _is_own(holder: Holder, opener: Opener) -> bool:
    if holder.kind is HoldKind.KEEP and holder.number is not None and holder.number == opener.number:
        return True
    return holder.kind is not HoldKind.FREEZE and holder.person.id == opener.person.id


def _refuse_stranger(hold: Lease, now: datetime) -> Refused:
    name, who = hold.place.environment, code(hold.holder.person.login)
    by_force = code(f"/unlock {name} --force REASON")
    said = render_lease(hold, now=now)
    if hold.holder.kind is HoldKind.FREEZE:
        text = f"{said} Whoever has looked into it can open it with {by_force}."
    else:
        text = f"{said} {who} can open it; someone else with the role write can with {by_force}."
    return Refused(reason=Reason.NOT_HOLDER, text=text)


def _opened_deployment(line: Line, opener: Opener, now: datetime) -> Opening | Refused:
    name, lease = line.place.environment, line.lease
    everywhere = [hold for hold in holds_of(line, now) if hold.place.key == EVERYWHERE != line.place.key]
    if everywhere:
        text = f"{render_lease(everywhere[0], now=now)} That ends with {code(f'/unlock {EVERYWHERE}')}."
        return Refused(reason=Reason.NOT_LOCKED, text=text)
    if lease is None or lease.holder.kind.is_hold:
        return Refused(reason=Reason.NOT_LOCKED, text=f"{code(name)} is not locked, kept or frozen.")
    if opener.is_forced:
        return Opening(deployment=lease)
    text = (
        f"{render_lease(lease, now=now)} It is not locked: {code('/cancel')} stops the deployment, and "
        f"{code(f'/unlock {name} --force REASON')} takes the environment from it."
    )
    return Refused(reason=Reason.NOT_LOCKED, text=text)


def _named(work: Work) -> str:
    number = f" of #{work.number}" if work.number is not None else ""
    known = f" {work.deployment_id}" if work.deployment_id > 0 else ""
    return f"deployment{known}{number} to {code(work.environment)}"

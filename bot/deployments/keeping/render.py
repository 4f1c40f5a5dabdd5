"""Says how an environment that was kept for a time is taken down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.markdown import code, escape, link

if TYPE_CHECKING:
    from bot.commands.model import Refused
    from bot.deployments.leases.model import Lease
    from bot.github.models import Conclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Why an environment is kept no longer; with neither, its time is over."""

    by: str = ""  # login
    why: str = ""  # plain text


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The workflow run that takes an environment down, as far as it has come."""

    url: str = ""
    is_over: bool = False
    conclusion: Conclusion | None = None


def render_taking_down(hold: Lease, ended: Ended, seen: Seen) -> str:
    """This function will say that an environment is being taken down, or how that went."""
    head = _why(hold, ended)
    run = link("the workflow run", seen.url)
    if not seen.is_over:
        return f"🔄 {head} It is being taken down: {run}."
    if seen.conclusion == "success":
        return f"✅ {head} It was taken down: {run}."
    ended_as = code(seen.conclusion or "without a conclusion")
    return (
        f"❌ {head} It was **not** taken down: {run} ended {ended_as}. What is left of it must be looked for; the "
        "environment is free again."
    )


def render_put_off(hold: Lease, ended: Ended, refused: Refused) -> str:
    """This function will say that an environment cannot be taken down yet."""
    return f"⏳ {_why(hold, ended)} It cannot be taken down yet, and it is tried again: {refused.text}"


def render_not_taken_down(hold: Lease, ended: Ended, why: str) -> str:
    """This function will say that nothing takes the environment down, for a reason in safe Markdown."""
    return f"❌ {_why(hold, ended)} It was **not** taken down: {why} The environment is free again."


def _why(hold: Lease, ended: Ended) -> str:
    name, who = code(hold.place.environment), code(hold.holder.person.login)
    by = f" {code(ended.by)} ended that" if ended.by else ""
    why = f" {escape(ended.why)}" if ended.why else ""
    cause = f"{by}{':' if by and why else ''}{why}" or " Its time is over"
    return f"{name} was kept for {who}.{cause}."

"""Decides who is listened to, and which command may be carried out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.github.models import Permission
from bot.markdown import code, escape

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.commands.grammar import Grammar
    from bot.commands.model import Head, ObeyRequest

_ROLES = {
    Permission.READ: "anyone who can read the repository",
    Permission.TRIAGE: "someone with the role triage or more",
    Permission.WRITE: "someone with the role write or more",
    Permission.MAINTAIN: "someone with the role maintain or more",
    Permission.ADMIN: "an administrator of the repository",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """The author is listened to."""

    trusted: bool = False  # a listed App: the operator vouches for it, GitHub knows no role of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """The author is not answered; the log says why."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proceed:
    """Nothing stands against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known when it is decided whether a command may be carried out."""

    permission: Permission | None  # None where it could not be read
    problem: str = ""  # why it could not be read
    head: Head | None = None
    is_open: bool = True


def decide_listen(request: ObeyRequest, obeyed_apps: Collection[int]) -> Listen | Ignore:
    """This function will decide whether the author is listened to.

    A bot that is not listed gets no answer at all: two bots answering each other would never end.
    """
    if not request.author.is_bot:
        return Listen()
    if request.app_id is None or request.app_id not in obeyed_apps:
        return Ignore(why="a bot that is not listed")
    return Listen(trusted=True)


def decide_command(grammar: Grammar, request: ObeyRequest, facts: Facts) -> Proceed | Refused:
    """This function will decide whether the command may be carried out by this person, here and now."""
    refusal = refuse_permission(grammar.permission, facts, what=f"/{grammar.verb}")
    if refusal is not None:
        return refusal
    if grammar.pull_request_only and not request.is_pull_request:
        text = f"{code('/' + grammar.verb)} works on a pull request; this is an issue."
        return Refused(reason=Reason.NOT_A_PULL_REQUEST, text=text)
    if grammar.needs_head and not facts.is_open:
        text = "The pull request is closed; reopen it, or write the command on an open one."
        return Refused(reason=Reason.PULL_REQUEST_CLOSED, text=text)
    return Proceed()


def refuse_permission(needed: Permission, facts: Facts, *, what: str) -> Refused | None:
    """This function will refuse a person whose role is too weak or could not be read, and return None otherwise."""
    if facts.permission is None:
        why = escape(facts.problem)
        text = f"GitHub could not say what you may do here ({why}). Write the command again in a while."
        return Refused(reason=Reason.COULD_NOT_VERIFY, text=text)
    if facts.permission.covers(needed):
        return None
    text = (
        f"{code(what)} needs the role {code(needed)}; yours is {code(facts.permission)}. "
        f"It can be written by {_ROLES.get(needed, 'anyone')}."
    )
    return Refused(reason=Reason.NOT_PERMITTED, text=text)

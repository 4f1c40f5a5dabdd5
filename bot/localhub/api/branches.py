"""Operations on branches and what protects them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.bodies import branches as bodies
from bot.localhub.exchange import Answer, Listing, Refused
from bot.localhub.state.merging import rules

if TYPE_CHECKING:
    from bot.localhub.exchange import Call, Handlers


def list_branches(call: Call) -> Listing:
    """This function will list branches by name."""
    names = sorted(call.repository.branches)
    if call.query.get("protected") in {"true", "false"}:
        wanted = call.query["protected"] == "true"
        names = [name for name in names if bodies.is_protected(call.repository, name) is wanted]
    return Listing(items=names, render=lambda name: bodies.short(call.store, call.repository, name))


def _branch(call: Call) -> str:
    name = call.path["branch"]
    if name not in call.repository.branches:
        raise Refused(404, "Branch not found")
    return name


def get_branch(call: Call) -> Answer:
    """This function will show a branch with its tip."""
    return Answer(body=bodies.branch(call.store, call.repository, _branch(call)))


def get_protection(call: Call) -> Answer:
    """This function will show the classic protection of a branch."""
    name = _branch(call)
    found = rules.protection_of(call.repository, name)
    if found is None:
        raise Refused(404, "Branch not protected")
    return Answer(body=bodies.protection(call.store, call.repository, name, found))


def list_rules(call: Call) -> Listing:
    """This function will list the active rules for a branch, which need not exist."""
    found = list(rules.rules_of(call.repository, f"heads/{call.path['branch']}"))
    return Listing(items=found, render=lambda one: bodies.rule(call.repository, *one))


HANDLERS: Handlers = {
    "repos/get-branch": get_branch,
    "repos/get-branch-protection": get_protection,
    "repos/get-branch-rules": list_rules,
    "repos/list-branches": list_branches,
}

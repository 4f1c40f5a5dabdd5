"""Picks whose review is asked for when a gate waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.decisions.model import Standing
from bot.gates.judging import judge_words

if TYPE_CHECKING:
    from bot.gates.fact_model import GateFacts


def reviewers_to_ask(facts: GateFacts, *, owner: str) -> tuple[str, ...]:
    """This function will return logins, and teams as `/slug`, whose approval could count and is not there yet.

    Args:
        facts: of the gate.
        owner: of the repository: GitHub asks only teams of that organisation.
    """
    approvals, change = facts.approvals, facts.change
    if approvals is None or change is None or not approvals.request:
        return ()
    out = {author.login.casefold() for author in change.authors}
    if not approvals.self:
        out.add(facts.requester.login.casefold())
    out |= {
        each.word.person.login.casefold()
        for each in judge_words(facts)
        if each.condition.standing is Standing.MET
    }
    users = tuple(user for user in approvals.approvers.users if user.casefold() not in out)
    teams = (team.rpartition("/") for team in approvals.approvers.teams)
    return users + tuple(
        f"/{slug}" for org, _, slug in teams if not org or org.casefold() == owner.casefold()
    )

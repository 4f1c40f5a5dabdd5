"""The conditions of a gate that concern what is deployed, not who approves it; what cannot be read blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.decisions.model import Condition, Evidence, Standing
from bot.markdown import code, escape, link

if TYPE_CHECKING:
    from bot.config.policy import ApprovalsConfig
    from bot.gates.fact_model import Author, Change, GateFacts

_MOST_LISTED = 10


def unread(facts: GateFacts) -> str:
    """This function will say that the facts could not be read."""
    why = f" ({escape(facts.problem)})" if facts.problem else ""
    return f"GitHub could not say how the change stands{why}; it is asked again within ten minutes."


def condition_open(change: Change) -> Condition:
    """This function will hold the pull request to being open."""
    return Condition(
        name="pull request",
        standing=Standing.MET if change.is_open else Standing.UNMET,
        text="The pull request is open." if change.is_open else "The pull request is closed.",
        reason="" if change.is_open else Reason.PULL_REQUEST_CLOSED,
        who="" if change.is_open else "Reopen it and ask for the deployment again.",
    )


def condition_head(facts: GateFacts, change: Change) -> Condition:
    """This function will hold the head to being the one that was asked about."""
    old, new = facts.subject.head_sha, change.head_sha
    if old == new:
        seen = (Evidence(text="the commit", url=f"{change.web_url}/commit/{new}"),)
        text = f"{code(new[:7])} is the head."
        return Condition(name="head", standing=Standing.MET, text=text, evidence=seen)
    return Condition(
        name="head",
        standing=Standing.UNMET,
        text=f"It was about {code(old[:7])}; the head is {code(new[:7])} now.",
        reason=Reason.HEAD_MOVED,
        evidence=(Evidence(text="what came in between", url=f"{change.web_url}/compare/{old}...{new}"),),
        who="Look at it, then ask for the deployment again.",
    )


def condition_configuration(facts: GateFacts) -> Condition:
    """This function will hold the environment to being in the policy of the default branch."""
    name = "configuration"
    environment = code(facts.subject.environment)
    if facts.mistakes:
        listed = [escape(mistake) for mistake in facts.mistakes[:_MOST_LISTED]]
        return Condition(
            name=name,
            standing=Standing.UNKNOWN,
            text=f"The configuration on the default branch has mistakes, the first being: {listed[0]}.",
            reason=Reason.CONFIGURATION_INVALID,
            who="Correct them there.",
            parts=tuple(Condition(name="mistake", standing=Standing.UNMET, text=each) for each in listed),
        )
    if not facts.is_configured:
        return Condition(
            name=name,
            standing=Standing.UNMET,
            text=f"The configuration on the default branch has no environment {environment}.",
            reason=Reason.UNKNOWN_ENVIRONMENT,
            who="Somebody who may change the default branch can add it there.",
        )
    if facts.approvals is None:
        return Condition(
            name=name, standing=Standing.WAIVED, text=f"{environment} asks for no approvals any more."
        )
    return Condition(
        name=name, standing=Standing.MET, text=f"{environment} asks for {_asked(facts, facts.approvals)}."
    )


def condition_expiry(facts: GateFacts) -> Condition:
    """This function will hold the gate to its time."""
    end = facts.expires_at or facts.at
    if facts.at < end:
        text = f"It waits until {end:%Y-%m-%d %H:%M} UTC."
        return Condition(name="expiry", standing=Standing.MET, text=text)
    return Condition(
        name="expiry",
        standing=Standing.UNMET,
        text=f"It waited until {end:%Y-%m-%d %H:%M} UTC.",
        reason=Reason.GATE_EXPIRED,
        who="Ask for the deployment again.",
    )


def condition_authors(facts: GateFacts, change: Change) -> Condition:
    """This function will hold the commits to having authors that can be told from those who approve."""
    name = "authors"
    if not change.is_complete:
        return Condition(
            name=name,
            standing=Standing.UNKNOWN,
            text="Not all commits could be read (GitHub lists 250 of a pull request), so it is not known who wrote "
            "them and may not approve.",
            reason=Reason.COULD_NOT_VERIFY,
            who="Make the pull request smaller, or squash its commits.",
        )
    unknown = unknown_authors(facts)
    if not unknown:
        text = "Everyone who wrote a part of it is known; none of them may approve."
        return Condition(name=name, standing=Standing.MET, text=text, parts=_written_by(change))
    listed = ", ".join(link(code(each.name), each.url) for each in unknown[:_MOST_LISTED])
    return Condition(
        name=name,
        standing=Standing.MET,
        text=f"No account belongs to {listed}. Whoever approves may be them, so {len(unknown)} more must approve.",
        parts=_written_by(change),
    )


def needed_approvals(facts: GateFacts, approvals: ApprovalsConfig) -> int:
    """This function will return how many people must approve.

    Whoever wrote a commit under an address without an account may be any of them: for each such address one more is
    needed, so that enough approvals are by others whoever it was.
    """
    return approvals.count + len(unknown_authors(facts))


def unknown_authors(facts: GateFacts) -> list[Author]:
    """This function will return the authors of whom nobody knows who they are."""
    return [each for each in facts.change.authors if not each.is_known] if facts.change else []


def counted(count: int) -> str:
    """This function will count approvals in words."""
    return f"{count} approval{'s' * (count != 1)}"


def _written_by(change: Change) -> tuple[Condition, ...]:
    return tuple(
        Condition(
            name="author",
            standing=Standing.MET,
            text=f"{code(each.name)} may not approve."
            if each.is_known
            else f"{code(each.name)} is not known.",
            evidence=(Evidence(text="a commit", url=each.url),) if each.url else (),
        )
        for each in change.authors[:_MOST_LISTED]
    )


def _asked(facts: GateFacts, approvals: ApprovalsConfig) -> str:
    teams = f" from {approvals.distinct_teams} different teams" if approvals.distinct_teams else ""
    self_word = "the requester included" if approvals.self else "the requester excluded"
    return f"{counted(needed_approvals(facts, approvals))}{teams}, {self_word}"

"""Conditions about who asks, and whether it is still the same commit that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.commands.rules import Facts, refuse_permission
from bot.decisions.model import Condition, Evidence, Standing
from bot.github.models import Permission
from bot.markdown import code, link

if TYPE_CHECKING:
    from bot.deployments.judging.fact_model import DeployFacts
    from bot.github.models import Sha


def role(facts: DeployFacts) -> Condition:
    """This function will hold the asker's role against the one that a deployment needs."""
    what = f"/{facts.asked.task}"
    refusal = refuse_permission(Permission.WRITE, Facts(permission=facts.permission), what=what)
    if refusal is None:
        text = f"The asker has the role {code(facts.permission)}."
        return Condition(name="role", standing=Standing.MET, text=text)
    return Condition(name="role", standing=Standing.UNMET, text=refusal.text, reason=refusal.reason)


def pull_request(facts: DeployFacts) -> Condition:
    """This function will see whether the pull request is open."""
    evidence = (Evidence(text="the pull request", url=facts.pull.html_url),)
    if facts.pull.is_open:
        text = "The pull request is open."
        return Condition(name="pull_request", standing=Standing.MET, text=text, evidence=evidence)
    return Condition(
        name="pull_request",
        standing=Standing.UNMET,
        reason=Reason.PULL_REQUEST_CLOSED,
        text="The pull request was closed before its turn came; reopen it and write the command again.",
        evidence=evidence,
    )


def head(facts: DeployFacts) -> Condition:
    """This function will see whether the head is the commit that was asked for, and not newer than the words."""
    asked, pull = facts.asked, facts.pull
    evidence = (Evidence(text=code(pull.head_sha[:7]), url=f"{facts.web_url}/commit/{pull.head_sha}"),)
    if pull.head_sha != asked.head_sha:
        moved = head_moved(asked.head_sha, pull.head_sha, facts.web_url)
        return Condition(
            name="head", standing=Standing.UNMET, reason=moved.reason, text=moved.text, evidence=evidence
        )
    if pull.pushed_at is not None and pull.pushed_at > asked.asked_at:
        text = (
            f"{code(pull.head_sha[:7])} was pushed after the command was written. "
            "Look at it, then write the command again."
        )
        return Condition(
            name="head", standing=Standing.UNMET, reason=Reason.HEAD_MOVED, text=text, evidence=evidence
        )
    text = f"The head is {code(pull.head_sha[:7])}, as when the command was written."
    return Condition(name="head", standing=Standing.MET, text=text, evidence=evidence)


def head_moved(old: Sha, new: Sha, web_url: str) -> Refused:
    """This function will refuse because another commit is the head now, and show what came in between."""
    between = link("what came in between", f"{web_url}/compare/{old}...{new}")
    text = (
        f"The command was about {code(old[:7])}; the head is {code(new[:7])} now ({between}). "
        "Nothing was deployed. Look at it, then write the command again."
    )
    return Refused(reason=Reason.HEAD_MOVED, text=text)

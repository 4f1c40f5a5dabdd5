"""Conditions about how the branch lies to its base, and what GitHub itself says of merging it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.config.merging import UpdateMethod
from bot.decisions.model import Condition, Evidence, Standing
from bot.markdown import code, link
from bot.merging.judging.automatic import is_dependency_bot

if TYPE_CHECKING:
    from datetime import datetime

    from bot.merging.judging.fact_model import MergeFacts

GRACE = timedelta(minutes=2)  # how long GitHub may take to notice that the last check is green


def mergeable(facts: MergeFacts) -> Condition:
    """This function will see whether the pull request merges without conflicts."""
    name, base = "mergeable", code(facts.pull.base_ref)
    if facts.pull.mergeable is None:
        return Condition(
            name=name,
            standing=Standing.PENDING,
            reason=Reason.NOT_MERGEABLE,
            text=f"GitHub has yet to find out whether it merges into {base} without conflicts.",
        )
    if facts.pull.mergeable:
        return Condition(name=name, standing=Standing.MET, text=f"It merges into {base} without conflicts.")
    return Condition(
        name=name,
        standing=Standing.UNMET,
        reason=Reason.NOT_MERGEABLE,
        text=f"It has conflicts with {base}.",
        who="Its author can resolve them.",
    )


def up_to_date(facts: MergeFacts) -> Condition:
    """This function will see whether the head contains its base's newest commit, where that is asked for."""
    name, pull = "up_to_date", facts.pull
    head, base = code(pull.head_sha[:7]), code(pull.base_ref)
    if not must_be_up_to_date(facts):
        text = f"It need not contain the newest commit of {base}."
        return Condition(name=name, standing=Standing.MET, text=text)
    if pull.behind == 0:
        text = f"{head} contains the newest commit of {base}."
        return Condition(name=name, standing=Standing.MET, text=text)
    if pull.behind is None:
        return Condition(
            name=name,
            standing=Standing.UNKNOWN,
            reason=Reason.BEHIND_BASE,
            text=f"It cannot be read what {head} lacks of {base}.",
            who="Its author can update the branch.",
        )
    compare = f"{facts.web_url}/compare/{pull.head_sha}...{facts.base.sha}"
    lacks = link(f"{pull.behind} commit{'s' * (pull.behind > 1)}", compare)
    why_not = why_not_updated(facts)
    return Condition(
        name=name,
        standing=Standing.UNMET if why_not else Standing.PENDING,
        reason=Reason.BEHIND_BASE,
        text=f"{head} lacks {lacks} of {base}"
        + (
            f"; the branch is not updated here, {why_not}."
            if why_not
            else "; the branch is updated in its turn."
        ),
        who="Its author can update the branch." if why_not else "",
    )


def must_be_up_to_date(facts: MergeFacts) -> bool:
    """This function will say whether the head must contain its base's newest commit.

    A merge queue and a train test on top of the base anyway.
    """
    if facts.base.rules.queue:
        return False
    return facts.base.rules.up_to_date or (facts.policy.up_to_date and facts.policy.train is None)


def why_not_updated(facts: MergeFacts) -> str:
    """This function will say why the bot may not update the branch, or "" where it may."""
    policy, pull = facts.policy, facts.pull
    if policy.update is UpdateMethod.NEVER:
        return f"because of {code('merge.update: never')}"
    if is_dependency_bot(pull.author):
        return f"because {code(pull.author.login)} keeps it and would leave it alone after that"
    if pull.is_fork and not policy.update_forks:
        return "because it lies in a fork"
    return "because its owner lets nobody else push to it" if pull.is_fork and not pull.may_push else ""


def github(facts: MergeFacts, others: tuple[Condition, ...]) -> Condition:
    """This function will see whether GitHub itself says that it is blocked although nothing that we know of is.

    There are rules that no App can read: owners of code, signatures, deployments, scans.
    """
    name, base = "github", code(facts.pull.base_ref)
    # where there is a queue, every merge beside it is blocked; on entering the queue tells what else stands against it
    is_blocked = facts.pull.mergeable_state == "blocked" and not facts.base.rules.queue
    if is_blocked and any(one.is_open for one in others):
        text = "What GitHub has against it may be among the above."
        return Condition(name=name, standing=Standing.WAIVED, text=text)
    if not is_blocked or facts.is_own_check_required:
        return Condition(name=name, standing=Standing.MET, text="GitHub knows of nothing else against it.")
    evidence = (Evidence(text="the pull request", url=facts.pull.html_url),)
    text = f"GitHub says that a rule of {base} stands against it, which this App cannot read."
    if facts.conversations:
        text = f"{text} There are conversations that are not resolved: {facts.conversations}."
    until = noticed_until(facts)
    if until is not None and facts.now < until:
        text = f"{text} It may not have noticed yet that the checks are green."
        return Condition(
            name=name, standing=Standing.PENDING, reason=Reason.GITHUB_REFUSED, text=text, evidence=evidence
        )
    return Condition(
        name=name,
        standing=Standing.UNMET,
        reason=Reason.GITHUB_REFUSED,
        text=text,
        who="The box at the end of the pull request names it: a review by an owner of the code, a signature, a "
        "deployment, a scan. Whoever it names can supply it.",
        evidence=evidence,
    )


def noticed_until(facts: MergeFacts) -> datetime | None:
    """This function will say until when GitHub may still be working out that the checks are green."""
    return None if facts.still_since is None else facts.still_since + GRACE

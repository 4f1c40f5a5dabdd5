"""Conditions about the pull request itself: open, finished, not held back by anybody's word or mark."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.config.patterns import problem_of_pattern
from bot.config.sense_merging import MOST_OPEN
from bot.decisions.model import Condition, Evidence, Standing
from bot.markdown import code, escape

if TYPE_CHECKING:
    from bot.merging.judging.fact_model import MergeFacts

LONGEST_TITLE = 256  # as long as GitHub lets them be


def pull_request(facts: MergeFacts) -> Condition:
    """This function will see whether the pull request is open."""
    name, evidence = "pull_request", (Evidence(text="the pull request", url=facts.pull.html_url),)
    if facts.pull.is_merged:
        return Condition(
            name=name,
            standing=Standing.UNMET,
            reason=Reason.ALREADY_MERGED,
            text="The pull request is merged already.",
            evidence=evidence,
        )
    if not facts.pull.is_open:
        return Condition(
            name=name,
            standing=Standing.UNMET,
            reason=Reason.PULL_REQUEST_CLOSED,
            text="The pull request is closed.",
            who="Its author can open it again; then ask again.",
            evidence=evidence,
        )
    return Condition(name=name, standing=Standing.MET, text="The pull request is open.", evidence=evidence)


def draft(facts: MergeFacts) -> Condition:
    """This function will see whether the pull request is finished in its author's eyes."""
    if not facts.pull.is_draft:
        return Condition(name="draft", standing=Standing.MET, text="It is no draft.")
    return Condition(
        name="draft",
        standing=Standing.UNMET,
        reason=Reason.DRAFT,
        text="It is a draft.",
        who="Its author can mark it ready for review.",
    )


def hold(facts: MergeFacts) -> Condition:
    """This function will see whether a person holds it back."""
    held = facts.hold
    if held is None:
        return Condition(name="hold", standing=Standing.MET, text="Nobody holds it.")
    why = f": {escape(held.reason)}" if held.reason else ""
    text = f"{code(held.person.login)} has held it since {held.held_at:%Y-%m-%d %H:%M} UTC{why}"
    return Condition(
        name="hold",
        standing=Standing.UNMET,
        reason=Reason.HELD,
        text=text if text.endswith((".", "!", "?")) else f"{text}.",
        who=f"They, or anyone who may merge it, can write {code('/unhold')}.",
    )


def labels(facts: MergeFacts) -> Condition:
    """This function will see whether a label stops it."""
    blocking = {label.casefold() for label in facts.policy.blocking_labels}
    found = [label for label in facts.pull.labels if label.casefold() in blocking]
    if not found:
        return Condition(name="labels", standing=Standing.MET, text="No label stops it.")
    named = ", ".join(code(label) for label in found)
    return Condition(
        name="labels",
        standing=Standing.UNMET,
        reason=Reason.BLOCKING_LABEL,
        text=f"The label{'s' * (len(found) > 1)} {named} stop{'s' * (len(found) == 1)} it.",
        who="Someone with the role triage can take it off.",
    )


def title(facts: MergeFacts) -> Condition:
    """This function will see whether the title says that it is not to be merged."""
    text = facts.pull.title[:LONGEST_TITLE]
    for pattern in facts.policy.blocking_titles:
        # a pattern that could take for ever is refused with the configuration; here it is not tried either
        if not problem_of_pattern(pattern, most_open=MOST_OPEN) and re.search(pattern, text):
            return Condition(
                name="title",
                standing=Standing.UNMET,
                reason=Reason.BLOCKING_TITLE,
                text=f"Its title, {code(text)}, says that it is not to be merged: {code(pattern)}.",
                who="Its author can change the title.",
            )
    return Condition(name="title", standing=Standing.MET, text="Its title says nothing against it.")


def fork(facts: MergeFacts) -> Condition:
    """This function will see whether the head lies where it may be merged from."""
    if not facts.pull.is_fork:
        return Condition(name="fork", standing=Standing.MET, text="The head lies in this repository.")
    if facts.policy.allow_forks:
        text = "The head lies in a fork, from which may be merged."
        return Condition(name="fork", standing=Standing.MET, text=text)
    return Condition(
        name="fork",
        standing=Standing.UNMET,
        reason=Reason.FORK_REFUSED,
        text="The head lies in a fork, and nothing is merged from forks here.",
        who="Someone with the role write can push the commits to a branch of this repository.",
    )

"""Conditions about who asks for the release, and whether the policy knows what is asked for."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.commands.rules import Facts, refuse_permission
from bot.config.mistakes import PATH
from bot.decisions.model import Condition, Evidence, Standing
from bot.markdown import code
from bot.releases.scope import Scope, scope_of

if TYPE_CHECKING:
    from bot.config.releasing import ReleaseConfig
    from bot.releases.judging.fact_model import ReleaseFacts

_MOST_LISTED = 10


def configuration(facts: ReleaseFacts) -> Condition:
    """This function will see whether the configuration can be read."""
    path = code(PATH)
    if facts.config is not None:
        return Condition(name="configuration", standing=Standing.MET, text=f"{path} is valid.")
    listed = "\n".join(f"- {code(mistake)}" for mistake in facts.mistakes[:_MOST_LISTED])
    return Condition(
        name="configuration",
        standing=Standing.UNMET,
        reason=Reason.CONFIGURATION_INVALID,
        text=f"{path} on the default branch has mistakes:\n\n{listed}\n\n",
        who="Someone with the role write can correct them.",
    )


def role(facts: ReleaseFacts, policy: ReleaseConfig) -> Condition:
    """This function will hold the asker's role against the one that the policy asks for."""
    refusal = refuse_permission(policy.permission, Facts(permission=facts.permission), what="/release")
    if refusal is None:
        text = f"The asker has the role {code(facts.permission)}."
        return Condition(name="role", standing=Standing.MET, text=text)
    return Condition(name="role", standing=Standing.UNMET, text=refusal.text, reason=refusal.reason)


def component(facts: ReleaseFacts, policy: ReleaseConfig) -> Condition:
    """This function will see whether there is what is to be released."""
    found = scope_of(policy, facts.asked.component)
    if isinstance(found, Scope):
        what = f"the component {code(found.component)}" if found.component else "the repository"
        text = f"What is released is {what}; its tags are named {code(found.tag)}."
        return Condition(name="component", standing=Standing.MET, text=text)
    return Condition(
        name="component",
        standing=Standing.UNMET,
        reason=found.reason,
        text=found.text,
        who=f"Someone with the role write can add it under {code('release.components')} in {code(PATH)}.",
    )


def branch(facts: ReleaseFacts, policy: ReleaseConfig) -> Condition:
    """This function will see whether releases are made from the branch."""
    asked = facts.asked
    name = code(asked.branch)
    is_open = asked.branch == asked.default_branch or any(
        fnmatchcase(asked.branch, pattern) for pattern in policy.branches
    )
    if is_open:
        url = f"{facts.web_url}/commit/{asked.sha}"
        return Condition(
            name="branch",
            standing=Standing.MET,
            text=f"{code(asked.sha[:7])} of {name} is released.",
            evidence=(Evidence(text=code(asked.sha[:7]), url=url),),
        )
    return Condition(
        name="branch",
        standing=Standing.UNMET,
        reason=Reason.BRANCH_REFUSED,
        text=f"Nothing is released from {name}.",
        who=f"Someone with the role write can add it to {code('release.branches')} in {code(PATH)}.",
    )

"""Conditions about who or what wants the merge, and whether it is still the same commit that it is wanted for."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from bot.commands.model import Reason
from bot.commands.rules import Facts, refuse_permission
from bot.config.mistakes import PATH
from bot.decisions.model import Condition, Evidence, Standing
from bot.deployments.judging.conditions.place import usable_configuration
from bot.markdown import code, escape, link
from bot.merging.judging.automatic import why_not_automatic
from bot.merging.model import Source

if TYPE_CHECKING:
    from bot.merging.judging.fact_model import MergeFacts


def role(facts: MergeFacts) -> Condition:
    """This function will hold the role of whoever asks, as it is now, against the one that merging needs."""
    if facts.asked.source is Source.POLICY:
        return Condition(name="role", standing=Standing.WAIVED, text="The policy wants it, and nobody asked.")
    needed, person = facts.policy.permission, code(facts.asked.person.login)
    what = "/merge" if facts.asked.source is Source.COMMAND else "the label"
    refusal = refuse_permission(needed, Facts(permission=facts.permission), what=what)
    if refusal is None:
        text = f"{person} asks for it and has the role {code(facts.permission)}."
        return Condition(name="role", standing=Standing.MET, text=text)
    return Condition(
        name="role",
        standing=Standing.UNMET,
        reason=refusal.reason,
        text=f"{person} asks for it and has the role {code(facts.permission)}; it takes {code(needed)}.",
        who=f"Someone with the role {code(needed)} can write {code('/merge --when-green')}.",
    )


def wanted(facts: MergeFacts) -> Condition:
    """This function will see whether what asked for it still does: the label is there, the policy fits."""
    name = "wanted"
    match facts.asked.source:
        case Source.COMMAND:
            return Condition(name=name, standing=Standing.MET, text="A command asks for it.")
        case Source.LABEL:
            return _labelled(facts, name)
        case Source.POLICY:
            return _automatic(facts, name)
        case _:
            assert_never(facts.asked.source)


def _labelled(facts: MergeFacts, name: str) -> Condition:
    label = facts.policy.label
    if label and label.casefold() in {one.casefold() for one in facts.pull.labels}:
        text = f"The label {code(label)} asks for it."
        return Condition(name=name, standing=Standing.MET, text=text)
    return Condition(
        name=name,
        standing=Standing.UNMET,
        reason=Reason.WITHDRAWN,
        text="The label that asked for it is gone." if label else "No label asks for merges any more.",
        who=f"Someone with the role {code(facts.policy.permission)} can write {code('/merge --when-green')}.",
    )


def _automatic(facts: MergeFacts, name: str) -> Condition:
    why = why_not_automatic(facts.policy.automatic, facts.change)
    if not why:
        text = f"{code('merge.automatic')} asks for it."
        return Condition(name=name, standing=Standing.MET, text=text)
    return Condition(
        name=name,
        standing=Standing.UNMET,
        reason=Reason.NOT_AUTOMATIC,
        text=f"It is not merged by itself: {why}.",
        who=f"Someone with the role {code(facts.policy.permission)} can write {code('/merge --when-green')}.",
    )


def head(facts: MergeFacts) -> Condition:
    """This function will see whether the head is the commit for which the merge is wanted."""
    asked, pull = facts.asked, facts.pull
    evidence = (Evidence(text=code(pull.head_sha[:7]), url=f"{facts.web_url}/commit/{pull.head_sha}"),)
    if pull.head_sha == asked.sha:
        text = f"The head is {code(pull.head_sha[:7])}, for which it is wanted."
        return Condition(name="head", standing=Standing.MET, text=text, evidence=evidence)
    between = link("what came in between", f"{facts.web_url}/compare/{asked.sha}...{pull.head_sha}")
    return Condition(
        name="head",
        standing=Standing.UNMET,
        reason=Reason.HEAD_MOVED,
        text=f"It was wanted for {code(asked.sha[:7])}; the head is {code(pull.head_sha[:7])} now ({between}).",
        who=f"Someone with the role {code(facts.policy.permission)} can look at it and ask again.",
        evidence=evidence,
    )


def readable(facts: MergeFacts) -> Condition:
    """This function will say that what decides could not be read, which blocks."""
    return Condition(
        name="facts",
        standing=Standing.UNKNOWN,
        reason=Reason.COULD_NOT_VERIFY,
        text=f"What decides about it cannot be read: {escape(facts.problem)}",
        who="An administrator can give the App what it lacks; after that somebody can ask again.",
    )


def configuration(facts: MergeFacts) -> Condition:
    """This function will see whether the configuration of the default branch can be used."""
    url = f"{facts.web_url}/blob/{facts.default_branch}/{PATH}"
    return usable_configuration(facts.configuration_mistakes, url=url)

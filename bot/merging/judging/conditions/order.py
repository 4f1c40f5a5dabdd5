"""Conditions about what must be merged before: what it says it depends on, and what its branch rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from bot.commands.model import Reason
from bot.decisions.model import Condition, Evidence, Standing
from bot.markdown import code, link
from bot.merging.judging.fact_model import DependencyState

if TYPE_CHECKING:
    from bot.merging.judging.fact_model import DependencyFact, MergeFacts


def depends(facts: MergeFacts) -> Condition:
    """This function will see whether everything is merged on which the description says that it depends."""
    name = "depends"
    if not facts.depends:
        return Condition(name=name, standing=Standing.MET, text="It depends on nothing else.")
    parts = tuple(_part(one) for one in facts.depends)
    standing_against = [part for part in parts if part.is_open]
    blocking = [part for part in standing_against if part.standing is not Standing.PENDING]
    if not standing_against:
        listed = ", ".join(link(code(one.name), one.url) for one in facts.depends)
        text = f"What it depends on is merged: {listed}."
        return Condition(name=name, standing=Standing.MET, text=text)
    first = (blocking or standing_against)[0]
    return Condition(
        name=name,
        standing=first.standing,
        reason=first.reason,
        text=first.text,
        who=first.who,
        evidence=first.evidence,
        parts=parts if len(parts) > 1 else (),
    )


def stack(facts: MergeFacts) -> Condition:
    """This function will see whether its base is the branch of another open pull request."""
    below = facts.rests_on
    if below is None:
        return Condition(name="stack", standing=Standing.MET, text="It rests on no other pull request.")
    evidence = (Evidence(text=f"#{below.number}: {code(below.title)}", url=below.url),)
    number = link(f"#{below.number}", below.url)
    return Condition(
        name="stack",
        standing=Standing.PENDING,
        reason=Reason.STACKED,
        text=f"It rests on {number}, whose branch is its base, and comes after it.",
        who=f"Someone who may merge can have {number} merged; its author can also change the base.",
        evidence=evidence,
    )


def _part(one: DependencyFact) -> Condition:
    name, shown = f"depends {one.name}", link(code(one.name), one.url)
    evidence = (Evidence(text=code(one.title or one.name), url=one.url),) if one.url else ()
    author = "The author can change the description"
    if one.way_back:
        round_trip = ", ".join(code(step) for step in one.way_back)
        return Condition(
            name=name,
            standing=Standing.UNMET,
            reason=Reason.DEPENDENCY_OPEN,
            text=f"It depends on {shown}, which in the end depends on it ({round_trip}): neither could go first.",
            who=f"{author} of one of them.",
            evidence=evidence,
        )
    match one.state:
        case DependencyState.MERGED:
            text = f"{shown} is done."
            return Condition(name=name, standing=Standing.MET, text=text, evidence=evidence)
        case DependencyState.OPEN:
            return Condition(
                name=name,
                standing=Standing.PENDING,
                reason=Reason.DEPENDENCY_OPEN,
                text=f"It depends on {shown}, which is not merged yet.",
                who=f"Someone who may merge can have {shown} merged.",
                evidence=evidence,
            )
        case DependencyState.CLOSED:
            return Condition(
                name=name,
                standing=Standing.UNMET,
                reason=Reason.DEPENDENCY_CLOSED,
                text=f"It depends on {shown}, which was closed without a merge.",
                who=f"{author}, or {shown} can be opened again.",
                evidence=evidence,
            )
        case DependencyState.UNREADABLE:
            return Condition(
                name=name,
                standing=Standing.UNKNOWN,
                reason=Reason.COULD_NOT_VERIFY,
                text=f"It depends on {shown}, which cannot be read.",
                who=f"{author}; an owner of that repository can install the App there.",
            )
        case _:
            assert_never(one.state)

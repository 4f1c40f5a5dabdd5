"""Conditions about the base: its own health, the times at which nothing comes into it, the ways into it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.budget.condition import NAME, budget_condition
from bot.budget.model import Stops
from bot.commands.model import Reason
from bot.config.freezing import is_excepted, open_window
from bot.decisions.model import Condition, Evidence, Standing
from bot.markdown import code, escape
from bot.merging.judging.conditions.evidence import is_green
from bot.merging.judging.expected import expected_checks, standing_of
from bot.merging.judging.method import allowed_methods, method_of, why_not
from bot.merging.model import Source

if TYPE_CHECKING:
    from bot.config.approving import ApproversConfig
    from bot.merging.judging.expected import JudgedCheck
    from bot.merging.judging.fact_model import MergeFacts


def base(facts: MergeFacts) -> Condition:
    """This function will see whether a check that counts is red on the base, which this one would not mend."""
    name, ref = "base", code(facts.pull.base_ref)
    if not facts.policy.red_base:
        return Condition(name=name, standing=Standing.MET, text=f"It may be merged while {ref} is red.")
    red = red_checks(facts)
    if not red:
        return Condition(name=name, standing=Standing.MET, text=f"No check that counts is red on {ref}.")
    evidence = tuple(
        Evidence(text=f"{escape(one.expected.name)}: {escape(one.state)}", url=one.url) for one in red
    )
    named = ", ".join(code(one.expected.name) for one in red)
    if facts.pull.behind == 0 and is_green(facts):
        text = f"{named} is red on {ref}; this one contains its newest commit and is green, so it mends it."
        return Condition(name=name, standing=Standing.MET, text=text, evidence=evidence)
    return Condition(
        name=name,
        standing=Standing.PENDING,
        reason=Reason.BASE_RED,
        text=f"{ref} is red at {code(facts.base.sha[:7])}: {named}. Nothing else is merged until that is mended.",
        who=f"Whoever mends {ref}: a pull request goes ahead that contains its newest commit and is green; "
        f"{code('/rerun failed')} there helps where a job is flaky.",
        evidence=evidence,
    )


def red_checks(facts: MergeFacts) -> list[JudgedCheck]:
    """This function will list the checks that count and have failed on the base's newest commit."""
    expected = expected_checks(facts.base.rules, facts.policy)
    return [one for one in standing_of(expected, facts.base.checks) if one.standing is Standing.UNMET]


def freeze(facts: MergeFacts) -> Condition:
    """This function will see whether anything is merged at this time, or the asker excepted."""
    policy = facts.policy.freeze
    closed = open_window(policy, facts.now) if policy is not None else None
    if policy is None or closed is None:
        return Condition(name="freeze", standing=Standing.MET, text="No freeze window is open.")
    why = f" ({escape(closed.reason)})" if closed.reason else ""
    text = f"Nothing is merged until {closed.until:%Y-%m-%d %H:%M %Z}{why}"
    allow, asked = policy.allow, facts.asked
    if allow is not None and is_excepted(
        allow, login=asked.person.login, permission=facts.permission, teams=facts.teams
    ):
        return Condition(name="freeze", standing=Standing.MET, text=f"{text}; the asker is excepted.")
    return Condition(
        name="freeze",
        standing=Standing.PENDING,
        reason=Reason.FREEZE_WINDOW,
        text=f"{text}.",
        who=_excepted(allow),
    )


def budget(facts: MergeFacts) -> Condition:
    """This function will see whether the repository's budget lets a policy merge; a person may at any time."""
    if facts.asked.source is not Source.POLICY:
        text = "Only what a policy merges waits for the budget."
        return Condition(name=NAME, standing=Standing.MET, text=text)
    found = budget_condition(facts.budget, Stops.DEPLOYS, now=facts.now)
    if found.standing is not Standing.UNMET:
        return found
    who = f"It is merged after that, or when somebody writes {code('/merge')}. {found.who}"
    return replace(found, standing=Standing.PENDING, who=who)


def next_day(facts: MergeFacts) -> datetime:
    """This function will return when the next day (UTC) begins, and every budget with it."""
    return datetime.combine(facts.now.date() + timedelta(days=1), time(), tzinfo=UTC)


def method(facts: MergeFacts) -> Condition:
    """This function will see whether the wanted way of merging is one that the base takes."""
    name, allowed, found = "method", allowed_methods(facts), method_of(facts)
    if found is not None:
        by = "GitHub's merge queue, by " if facts.base.rules.queue else ""
        return Condition(name=name, standing=Standing.MET, text=f"It is merged by {by}{code(found)}.")
    wanted = facts.asked.method or facts.policy.method
    listed = " or ".join(code(one) for one in allowed)
    if wanted is None or not allowed:
        text = f"{code(facts.pull.base_ref)} takes no merge at all: {why_not(facts)}."
        who = "An administrator can allow a method in the settings of the repository."
    else:
        text = f"{code(wanted)} is not possible here: {why_not(facts, wanted)}; {listed} is."
        who = (
            f"Write {code(f'/merge {allowed[0]}')}."
            if facts.asked.method is not None
            else f"Someone with the role write can change {code('merge.method')}."
        )
    return Condition(name=name, standing=Standing.UNMET, reason=Reason.METHOD_REFUSED, text=text, who=who)


def _excepted(allow: ApproversConfig | None) -> str:
    if allow is None:
        return "Nobody is excepted; it is merged after that."
    named = [code(name) for name in (*allow.users, *allow.teams)]
    named += [f"someone with the role {code(allow.permission)}"] if allow.permission is not None else []
    return (
        f"It is merged after that, or when {', '.join(named) or 'someone with the role write'} asks for it."
    )

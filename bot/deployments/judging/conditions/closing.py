"""Conditions about when nothing is deployed, how long it may stay, and what would hold it for its approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.budget.condition import budget_condition
from bot.budget.model import Stops
from bot.commands.model import Reason
from bot.config.freezing import is_excepted, open_window
from bot.config.policy import parse_duration
from bot.decisions.model import Condition, Standing
from bot.github.models import Permission
from bot.markdown import code, escape

if TYPE_CHECKING:
    from bot.config.policy import ApproversConfig, EnvironmentConfig
    from bot.deployments.judging.fact_model import DeployFacts


def freeze(facts: DeployFacts, policy: EnvironmentConfig) -> Condition:
    """This function will see whether the environment is open at this time, or the asker excepted."""
    if policy.freeze is None:
        return Condition(name="freeze", standing=Standing.MET, text="It may be deployed at any time.")
    closed = open_window(policy.freeze, facts.now)
    if closed is None:
        return Condition(name="freeze", standing=Standing.MET, text="No freeze window is open.")
    why = f" ({escape(closed.reason)})" if closed.reason else ""
    until = f"{closed.until:%Y-%m-%d %H:%M %Z}"
    allow, login = policy.freeze.allow, facts.asked.author.login
    if allow is not None and is_excepted(allow, login=login, permission=facts.permission, teams=facts.teams):
        text = f"Nothing is deployed until {until}{why}; the asker is excepted."
        return Condition(name="freeze", standing=Standing.MET, text=text)
    return Condition(
        name="freeze",
        standing=Standing.UNMET,
        reason=Reason.FREEZE_WINDOW,
        text=f"Nothing is deployed to {code(facts.environment)} until {until}{why}.",
        who=_who(allow),
    )


def budget(facts: DeployFacts, _: EnvironmentConfig) -> Condition:
    """This function will see whether the repository's budget lets a deployment begin."""
    return budget_condition(facts.budget, Stops.DEPLOYS, now=facts.now)


def protection_rule(facts: DeployFacts, policy: EnvironmentConfig) -> Condition:
    """This function will see whether GitHub would hold the workflow where people must approve its plan."""
    holds = policy.plan is not None and policy.plan.workflow is None
    if not holds or (policy.approvals is None and not facts.asked.plan_only):
        text = "No job waits at the environment's protection rule."
        return Condition(name="protection_rule", standing=Standing.MET, text=text)
    name = code(facts.environment)
    if facts.has_rule:
        text = f"The protection rule of this App is switched on in {name}."
        return Condition(name="protection_rule", standing=Standing.MET, text=text)
    return Condition(
        name="protection_rule",
        standing=Standing.UNMET,
        reason=Reason.PROTECTION_RULE_MISSING,
        text=f"The protection rule of this App is not switched on in {name}, so nothing would wait for the approval.",
        who=(
            "An administrator can switch it on in the settings of the environment, or name a workflow that only "
            f"plans as {code('plan.workflow')} in {code('.github/pilothouse.yml')}."
        ),
    )


def plan(facts: DeployFacts, policy: EnvironmentConfig) -> Condition:
    """This function will see whether there is a plan to make, where nothing but that was asked for."""
    if not facts.asked.plan_only or policy.plan is not None:
        text = "No plan is needed." if policy.plan is None else "The change is planned first."
        return Condition(name="plan", standing=Standing.MET, text=text)
    return Condition(
        name="plan",
        standing=Standing.UNMET,
        reason=Reason.PLAN_MISSING,
        text=f"{code(facts.environment)} has no plan to show.",
        who=f"Someone with the role write can say under {code('plan')} how it is planned.",
    )


def keep(facts: DeployFacts, policy: EnvironmentConfig) -> Condition:
    """This function will see whether the environment may be kept for as long as was asked for."""
    asked, name = facts.asked.keep, code(facts.environment)
    if not asked:
        return Condition(name="keep", standing=Standing.MET, text="It is not kept for a time.")
    if policy.teardown is None:
        text = f"{name} has no workflow that takes it down, so it cannot be kept for a time."
        who = f"Someone with the role write can name one as {code('teardown.workflow')}."
        return Condition(name="keep", standing=Standing.UNMET, reason=Reason.NOT_KEEPABLE, text=text, who=who)
    longest = policy.teardown.longest
    if not _within(asked, longest):
        text = f"{name} cannot be kept for {code(asked)}; write a time up to {longest}, such as 4h."
        return Condition(name="keep", standing=Standing.UNMET, reason=Reason.NOT_KEEPABLE, text=text)
    return Condition(name="keep", standing=Standing.MET, text=f"It may be kept for {asked}.")


def _within(asked: str, longest: str) -> bool:
    try:
        return parse_duration(asked) <= parse_duration(longest)
    except ValueError:
        return False


def _who(allow: ApproversConfig | None) -> str:
    if allow is None:
        return "Nobody is excepted; write the command again then."
    named = [code(name) for name in (*allow.users, *allow.teams)]
    needed = allow.permission or (None if named else Permission.WRITE)
    named += [f"someone with the role {code(needed)}"] if needed is not None else []
    return f"Until then it can be deployed by {', '.join(named)}."

"""Judges environments: whether each is there, and who is let into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.doctor.wording import bad, command, good, notice, segment

if TYPE_CHECKING:
    from bot.doctor.model import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentFacts:
    """An environment that something deploys to."""

    repository: str
    page: str  # of the repository
    name: str
    exists: bool
    limits_branches: bool = False  # whether runs of any branch may enter
    has_rule: bool = False  # whether this App's protection rule is on
    needs_rule: bool = False  # whether the configured deployments wait at that rule
    takes_role: bool = False  # whether its jobs take a role in AWS


def judge_environment(facts: EnvironmentFacts) -> tuple[Finding, ...]:
    """This function will say whether an environment is there and guards what it should."""
    subject = f"environment {facts.name}"
    make = command("gh", "api", "-X", "PUT", f"repos/{facts.repository}/environments/{segment(facts.name)}")
    if not facts.exists:
        return (
            bad(
                subject,
                "it does not exist: GitHub would make it at the first deployment, with nothing to guard it",
                f"Make it: {make}",
            ),
        )
    found = [_rule(facts, subject)] if facts.needs_rule else []
    if facts.takes_role and not facts.limits_branches:
        limit = (
            "-F", "deployment_branch_policy[protected_branches]=true",
            "-F", "deployment_branch_policy[custom_branch_policies]=false",
        )  # fmt: skip
        found.append(
            notice(
                subject,
                "a workflow run of any branch may enter it, and take its role in AWS",
                f"Let only protected branches in: {make} {command(*limit)}",
            )
        )
    return tuple(found) or (good(subject, "it exists"),)


def _rule(facts: EnvironmentFacts, subject: str) -> Finding:
    if facts.has_rule:
        return good(subject, "GitHub asks Pilothouse before a job enters it")
    return bad(
        subject,
        "its plan and its apply are jobs of one run, which has to wait at this App's protection rule, and that rule "
        "is off: deployments are refused",
        f"Enable the App under Deployment protection rules at {facts.page}/settings/environments, "
        "or give `plan` a workflow of its own.",
    )

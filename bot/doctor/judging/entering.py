"""Judges environments: whether each is there, and who is let into it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.doctor.wording import bad, command, good, notice, segment

if TYPE_CHECKING:
    from bot.doctor.model import Finding


class Entrance(StrEnum):
    """Whose workflow runs GitHub lets into an environment."""

    ALL = "all"
    PROTECTED = "protected"
    NAMED = "named"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentFacts:
    """An environment that something deploys to."""

    repository: str
    page: str  # of the repository
    name: str
    exists: bool
    entrance: Entrance = Entrance.ALL
    branch: str = "main"  # the default one
    is_branch_protected: bool = True
    runs_at_head: bool = False  # whether its workflow is dispatched at the pull request's branch
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
    if facts.runs_at_head and facts.entrance is Entrance.PROTECTED:
        text = "it lets in protected branches only, and its deployments run at the pull request's branch, which is none"
        found.append(bad(subject, text, "Set `workflow_from: default_branch` for it in the configuration."))
    elif facts.takes_role and _is_open(facts):
        found.append(_open(facts, subject))
    return tuple(found) or (good(subject, "it exists"),)


def _is_open(facts: EnvironmentFacts) -> bool:
    """Whether runs of every branch may enter.

    GitHub's documentation of environments, of protected branches only: "If no branch protection rules are defined for
    any branch in the repository, then all branches can deploy."
    """
    return facts.entrance is Entrance.ALL or (
        facts.entrance is Entrance.PROTECTED and not facts.is_branch_protected
    )


def _open(facts: EnvironmentFacts, subject: str) -> Finding:
    before = "Set `workflow_from: default_branch` for it in the configuration; then choose"
    first = before if facts.runs_at_head else "Choose"
    return notice(
        subject,
        "a workflow run of any branch may enter it, and take its role in AWS",
        f"{first} Selected branches and tags, with {facts.branch}, at {facts.page}/settings/environments.",
    )


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

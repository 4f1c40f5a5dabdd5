"""Looks at the environments that are deployed to."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.config.policy import Version
from bot.doctor.judging.entering import Entrance, EnvironmentFacts, judge_environment
from bot.doctor.model import Check, Part
from bot.github import operations as op
from bot.github.branches import get_branch
from bot.github.environments import protection_rule_apps
from bot.github.repository_settings import EnvironmentShape

if TYPE_CHECKING:
    from bot.config.policy import EnvironmentConfig
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject
    from bot.github.repository_settings import BranchPolicyShape


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether each environment is there, and lets in who it should."""
    config, needs = await asyncio.gather(subject.policy(), subject.readings.needs.get())
    roles = {need.environment for need in needs.roles if need.environment}
    names = dict.fromkeys([*config.environments, *sorted(roles)])
    if not names:
        return ()
    shapes, branch = await asyncio.gather(
        subject.repo.calls.list(op.LIST_ENVIRONMENTS, EnvironmentShape, {}),
        get_branch(subject.repo, subject.repo.ref.default_branch),
    )
    known = {shape.name.lower(): shape for shape in shapes}  # GitHub's names of environments ignore case
    found = await asyncio.gather(
        *(
            _one(
                subject,
                config.environments.get(name),
                known.get(name.lower()),
                EnvironmentFacts(
                    repository=subject.name,
                    page=subject.page,
                    name=name,
                    exists=name.lower() in known,
                    branch=subject.repo.ref.default_branch,
                    is_branch_protected=branch is not None and branch.protected,
                    takes_role=name in roles,
                ),
            )
            for name in names
        )
    )
    return tuple(finding for findings in found for finding in findings)


async def _one(
    subject: Subject,
    configured: EnvironmentConfig | None,
    shape: EnvironmentShape | None,
    facts: EnvironmentFacts,
) -> tuple[Finding, ...]:
    if configured is not None:
        facts = replace(
            facts,
            runs_at_head=configured.workflow_from is Version.HEAD,
            needs_rule=configured.plan is not None and configured.plan.workflow is None,
        )
    if shape is None:
        return judge_environment(facts)
    if facts.needs_rule:
        apps = await protection_rule_apps(subject.repo, facts.name)
        facts = replace(facts, has_rule=subject.registration.id in apps)
    return judge_environment(replace(facts, entrance=_entrance(shape.deployment_branch_policy)))


def _entrance(policy: BranchPolicyShape | None) -> Entrance:
    if policy is None:
        return Entrance.ALL
    return Entrance.PROTECTED if policy.protected_branches else Entrance.NAMED


CHECK = Check(
    name="environments",
    part=Part.DEPLOYING,
    looks_at="whether each environment exists, asks Pilothouse where the policy counts on that, and keeps runs of "
    "other branches out",
    examine=examine,
)

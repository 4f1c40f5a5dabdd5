"""Looks at the environments that are deployed to."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.doctor.judging.entering import EnvironmentFacts, judge_environment
from bot.doctor.model import Check, Part
from bot.github import operations as op
from bot.github.environments import protection_rule_apps
from bot.github.repository_settings import EnvironmentShape

if TYPE_CHECKING:
    from bot.config.repository import RepositoryConfig
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether each environment is there, and lets in who it should."""
    config, needs = await asyncio.gather(subject.policy(), subject.readings.needs.get())
    roles = {need.environment for need in needs.roles if need.environment}
    names = dict.fromkeys([*config.environments, *sorted(roles)])
    if not names:
        return ()
    shapes = await subject.repo.calls.list(op.LIST_ENVIRONMENTS, EnvironmentShape, {})
    known = {shape.name.lower(): shape for shape in shapes}  # GitHub's names of environments ignore case
    found = await asyncio.gather(
        *(_one(subject, config, name, known.get(name.lower()), takes_role=name in roles) for name in names)
    )
    return tuple(finding for findings in found for finding in findings)


async def _one(
    subject: Subject,
    config: RepositoryConfig,
    name: str,
    shape: EnvironmentShape | None,
    *,
    takes_role: bool,
) -> tuple[Finding, ...]:
    configured = config.environments.get(name)
    needs_rule = configured is not None and configured.plan is not None and configured.plan.workflow is None
    apps = frozenset[int]()
    if shape is not None and needs_rule:
        apps = await protection_rule_apps(subject.repo, name)
    return judge_environment(
        EnvironmentFacts(
            repository=subject.name,
            page=subject.page,
            name=name,
            exists=shape is not None,
            limits_branches=shape is not None and shape.deployment_branch_policy is not None,
            has_rule=subject.registration.id in apps,
            needs_rule=needs_rule,
            takes_role=takes_role,
        )
    )


CHECK = Check(
    name="environments",
    part=Part.DEPLOYING,
    looks_at="whether each environment exists, asks Pilothouse where the policy counts on that, and keeps runs of "
    "other branches out",
    examine=examine,
)

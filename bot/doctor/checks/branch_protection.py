"""Looks at what GitHub demands of a merge into the default branch, and of which App."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.doctor.judging.protecting import ProtectionFacts, judge_protection
from bot.doctor.model import Check, Part
from bot.github.branches import branch_rules, get_branch
from bot.github.repository_settings import GET_PUBLIC_APP
from bot.github.shapes import AppShape
from bot.pack.model import CHECKS

if TYPE_CHECKING:
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject

_ACTIONS = "github-actions"


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether the pack's checks are required, each of the App that reports it."""
    name = subject.repo.ref.default_branch
    branch, rules, actions, config, pack = await asyncio.gather(
        get_branch(subject.repo, name),
        branch_rules(subject.repo, name),
        subject.repo.calls.get(GET_PUBLIC_APP, AppShape, {"app_slug": _ACTIONS}),
        subject.policy(),
        subject.readings.pack.get(),
    )
    if branch is None:
        return ()  # an empty repository has no branch yet
    offered = {file.path for file in pack}
    return judge_protection(
        ProtectionFacts(
            branch=name,
            rules_page=f"{subject.page}/settings/rules",
            is_protected=branch.protected or rules.is_demanding,
            required=(*branch.required_checks, *rules.required_checks),
            wanted=tuple(check for workflow, check in CHECKS.items() if workflow.path in offered),
            waited_for=frozenset(config.merge.checks or ()),
            actions_app=actions.id,
            own_app=subject.registration.id,
        )
    )


CHECK = Check(
    name="branch-protection",
    part=Part.REPOSITORY,
    looks_at="whether the default branch is protected and its required checks come from the right App",
    examine=examine,
)

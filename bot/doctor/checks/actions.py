"""Looks at what GitHub Actions may run, and what its token may do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.doctor.judging.allowing import judge_enabled, judge_token
from bot.doctor.model import Check, Part
from bot.doctor.wording import seen_by
from bot.github import repository_settings as settings

if TYPE_CHECKING:
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether Actions runs what the pack's workflows consist of."""
    sight = subject.sight
    needs, policy, token = await asyncio.gather(
        subject.readings.needs.get(),
        sight.get(settings.GET_ACTIONS, settings.ActionsShape),
        sight.get(settings.GET_TOKEN_POLICY, settings.TokenPolicyShape),
    )
    selected = None
    if policy.value.enabled and policy.value.allowed_actions == "selected":
        selected = (await sight.get(settings.GET_SELECTED_ACTIONS, settings.SelectedShape)).value
    return seen_by(
        policy.eyes,
        judge_enabled(policy.value, selected, needs, subject.page),
        *judge_token(token.value, needs, subject.name),
    )


CHECK = Check(
    name="actions",
    part=Part.PIPELINE,
    looks_at="whether GitHub Actions is on, runs every action that the workflows use, and gives its token no more "
    "than it needs",
    needs="Administration: read",
    examine=examine,
)

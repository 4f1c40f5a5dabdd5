"""Looks at whether what was released stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.judging.merging import judge_immutability
from bot.doctor.model import Check, Part
from bot.doctor.wording import seen_by
from bot.github import repository_settings as settings
from bot.github.errors import NotFound

if TYPE_CHECKING:
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether releases are immutable."""
    config = await subject.policy()
    if config.pipeline is None or config.pipeline.release is None:
        return ()
    # GitHub tells "off" by 404, as it tells what may not be seen: whoever is told the one may be told the other
    policy = await subject.sight.get(settings.GET_TOKEN_POLICY, settings.TokenPolicyShape)
    try:
        shape = await subject.sight.get(settings.GET_IMMUTABLE_RELEASES, settings.ImmutableShape)
    except NotFound:
        return seen_by(policy.eyes, judge_immutability(subject.name, is_enabled=False))
    return seen_by(shape.eyes, judge_immutability(subject.name, is_enabled=shape.value.enabled))


CHECK = Check(
    name="releases",
    part=Part.PIPELINE,
    looks_at="whether releases are immutable",
    needs="Administration: read",
    examine=examine,
)

"""Looks at whether AWS's bills and budgets can be told by the tags that Terraform writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.costs.model import ENVIRONMENT_TAG
from bot.doctor.judging.buckets import judge_cost_tags
from bot.doctor.model import Check, Part
from bot.doctor.seeing.cloud import active_tags

if TYPE_CHECKING:
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether the tag of environments is one that costs are told by."""
    if await subject.infrastructure() is None:
        return ()
    account = await subject.readings.account.get()
    return judge_cost_tags((ENVIRONMENT_TAG,), await active_tags(account, (ENVIRONMENT_TAG,)))


CHECK = Check(
    name="cost-tags",
    part=Part.AWS,
    looks_at="whether the tag by which budgets of environments are kept is a cost allocation tag",
    needs="AWS credentials",
    examine=examine,
)

"""Looks at whether pull requests can be merged as the configuration says, and at the labels that it names."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.doctor.judging.merging import judge_labels, judge_methods
from bot.doctor.model import Check, Part
from bot.github.branches import branch_rules, merge_settings
from bot.github.repository_settings import LIST_LABELS
from bot.github.shapes import LabelShape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config.repository import RepositoryConfig
    from bot.doctor.judging.needing import Needs
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether merges work as they are configured."""
    config, needs, settings, rules, labels = await asyncio.gather(
        subject.policy(),
        subject.readings.needs.get(),
        merge_settings(subject.repo),
        branch_rules(subject.repo, subject.repo.ref.default_branch),
        subject.repo.calls.list(LIST_LABELS, LabelShape, {}),
    )
    held = frozenset(label.name for label in labels)
    return (
        *judge_methods(config.merge, settings, rules, subject.page),
        *judge_labels(subject.name, _labels(config, needs), held),
    )


def _labels(config: RepositoryConfig, needs: Needs) -> Mapping[str, str]:
    """The labels that people or workflows put on, so that they have to be there; with what each is for."""
    wanted = {"needs review": "autofix.yml puts it on its pull requests"} if needs.opens_pulls else {}
    wanted |= dict.fromkeys(config.merge.priority_labels, "`merge.priority_labels` names it")
    for rule in config.merge.automatic:
        wanted |= dict.fromkeys(rule.labels, "`merge.automatic` waits for it")
    if config.merge.label:
        wanted[config.merge.label] = "`merge.label` merges what has it"
    return wanted


CHECK = Check(
    name="merging",
    part=Part.REPOSITORY,
    looks_at="whether the configured way to merge is allowed, and the labels exist that the configuration names",
    examine=examine,
)

"""Decides whether a version may be released, from facts alone; what cannot be read blocks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.decisions.model import Standing, conclude
from bot.releases.judging.conditions import asking, evidence, place, truth
from bot.releases.model import KIND
from bot.releases.notes.sanity import judge_version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.config.releasing import ReleaseConfig
    from bot.decisions.model import Condition, Decision
    from bot.releases.judging.fact_model import ReleaseFacts

# In the order in which they are told: the first that blocks is the answer.
_CONDITIONS: Mapping[str, Callable[[ReleaseFacts, ReleaseConfig], Condition]] = {
    "role": asking.role,
    "component": asking.component,
    "branch": asking.branch,
    "alone": truth.alone,
    "tag": truth.tag,
    "release": truth.release,
    "environment": place.environment,
    "freeze": place.freeze,
    "workflow": evidence.workflow,
    "provenance": evidence.provenance,
    "checks": evidence.checks,
}
# What is out is not judged again: only whether whoever asks may go on with it.
_OF_PUBLISHED = frozenset({"role", "component", "alone", "tag", "release"})


def decide_release(facts: ReleaseFacts) -> Decision:
    """This function will decide whether what was asked for may be released now."""
    read = asking.configuration(facts)
    policy = facts.config
    if policy is None:
        return conclude(KIND, (read,))
    is_out = facts.is_published and facts.asked.is_resumed
    found = (*(condition(facts, policy) for condition in _CONDITIONS.values()), *_of_version(facts))
    return conclude(KIND, (read, *(_waived(each) if is_out else each for each in found)))


def _of_version(facts: ReleaseFacts) -> tuple[Condition, ...]:
    return judge_version(facts.versions) if facts.versions is not None else ()


def _waived(condition: Condition) -> Condition:
    if condition.name in _OF_PUBLISHED:
        return condition
    text = "It does not apply to a release that is published."
    return replace(condition, standing=Standing.WAIVED, text=text, reason="", who="", evidence=())

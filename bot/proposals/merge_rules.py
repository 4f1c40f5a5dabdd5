"""Decides about merges again, from the facts of then, under the present and the proposed policy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from bot.merging.judging.conditions.branch import must_be_up_to_date
from bot.merging.judging.expected import expected_checks
from bot.merging.judging.rules import decide_merge
from bot.merging.model import Source
from bot.proposals.flips import Untold, flip_between, without

if TYPE_CHECKING:
    from bot.config.merging import MergeConfig
    from bot.decisions.model import RecordedDecision
    from bot.merging.judging.fact_model import MergeFacts
    from bot.proposals.flips import Policies
    from bot.proposals.model import Flip


def flip_of_merge(row: RecordedDecision, facts: MergeFacts, policies: Policies) -> Flip | Untold | None:
    """This function will say how the decision about a merge would flip, None where it would be the same."""
    if facts.problem or not facts.pull.is_open:
        return Untold(why="its facts end where the pull request was closed, or could not be read")
    now = facts.policy if policies.now is None else policies.now.merge
    then = _without_new_patterns(policies.proposed.merge, facts.policy)
    untold = _untold(facts, now) | _untold(facts, then)
    was, would_be = (
        without(decide_merge(replace(facts, policy=policy, configuration_mistakes=())), untold)
        for policy in (now, then)
    )
    return flip_between(row, was, would_be, tuple(sorted(untold)))


def _untold(facts: MergeFacts, policy: MergeConfig) -> set[str]:
    """The conditions for which the policy wants facts that nobody read then, because nobody wanted them."""
    then, under = facts.policy, replace(facts, policy=policy)
    rules = facts.base.rules
    is_expected_alike = expected_checks(rules, policy) == expected_checks(rules, then)
    was_base_read = then.red_base and bool(expected_checks(rules, then))
    wants = {
        "quiet": not is_expected_alike,
        "base": policy.red_base and not was_base_read,
        "up_to_date": must_be_up_to_date(under) and facts.pull.behind is None,
        "freeze": _excepted_teams(policy) != _excepted_teams(then),
        "wanted": facts.asked.source is Source.POLICY and policy.automatic != then.automatic,
    }
    return {name for name, is_wanted in wants.items() if is_wanted}


def _excepted_teams(policy: MergeConfig) -> tuple[str, ...]:
    allow = policy.freeze.allow if policy.freeze is not None else None
    return allow.teams if allow is not None else ()


def _without_new_patterns(policy: MergeConfig, then: MergeConfig) -> MergeConfig:
    """The policy without patterns that only the proposal has: a stranger's pattern may never come to an end."""
    known = tuple(pattern for pattern in policy.blocking_titles if pattern in then.blocking_titles)
    return msgspec.structs.replace(policy, blocking_titles=known)

"""By which method a pull request is merged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.config.merging import MergeMethod
from bot.decisions.model import Condition, Standing
from bot.merging.judging.method import allowed_methods, method_of, why_not
from bot.merging.judging.rules import decide_merge
from tests.support.merge_facts import FACTS, asking, merging, of_rules

if TYPE_CHECKING:
    from bot.merging.judging.fact_model import MergeFacts

MERGE, SQUASH, REBASE = MergeMethod.MERGE, MergeMethod.SQUASH, MergeMethod.REBASE


def settings(*methods: MergeMethod, facts: MergeFacts = FACTS) -> MergeFacts:
    """This function will let the repository's settings allow only these methods."""
    return replace(facts, base=replace(facts.base, methods=methods))


def condition_of(facts: MergeFacts) -> Condition:
    """This function will return what the decision says of the method."""
    return next(one for one in decide_merge(facts).conditions if one.name == "method")


@pytest.mark.parametrize(
    ("facts", "method"),
    [
        (FACTS, SQUASH),
        (settings(MERGE, REBASE), MERGE),
        (settings(REBASE), REBASE),
        (merging(method="rebase"), REBASE),
        (asking(merging(method="rebase"), method=MERGE), MERGE),
        (of_rules(linear=True, methods=(MERGE, REBASE)), REBASE),
        (of_rules(queue=True, queue_method=REBASE), REBASE),
        (of_rules(merging(method="merge"), queue=True), MERGE),
        (settings(), None),
        (settings(SQUASH, facts=merging(method="merge")), None),
        (asking(of_rules(signatures=True), method=REBASE), None),
    ],
)
def test_the_wanted_method_or_the_first_that_is_allowed(
    facts: MergeFacts, method: MergeMethod | None
) -> None:
    assert method_of(facts) is method
    assert condition_of(facts).standing is (Standing.UNMET if method is None else Standing.MET)


def test_a_linear_history_takes_no_merge_commits() -> None:
    assert allowed_methods(of_rules(linear=True)) == (SQUASH, REBASE)


def test_it_is_said_why_a_method_is_not_possible_and_which_is() -> None:
    asked = condition_of(asking(of_rules(linear=True), method=MERGE))
    assert asked.text == (
        "`merge` is not possible here: `main` must have a linear history; `squash` or `rebase` is."
    )
    assert asked.who == "Write `/merge squash`."
    configured = condition_of(of_rules(merging(method="rebase"), signatures=True))
    assert "does not sign what it rebases" in configured.text
    assert configured.who == "Someone with the role write can change `merge.method`."
    nothing = condition_of(of_rules(asking(method=MERGE), methods=(), linear=True))
    assert nothing.text.startswith("`main` takes no merge at all: the rules of `main` do not allow `squash`")
    assert why_not(settings(SQUASH), MERGE) == "the repository does not allow `merge`"

"""How the decision about a merge reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.decisions.render import render_proof
from bot.merging.judging.fact_model import (
    Asked,
    DependencyFact,
    DependencyState,
    StackFact,
    asked_of,
)
from bot.merging.judging.rules import decide_merge
from bot.merging.keeping.wishing import Asking, new_wish
from bot.merging.model import Source
from tests.support.commands import HEAD, OTHER, PERSON, WRITTEN_AT, pull_request
from tests.support.merge_facts import (
    BASE_IS_RED,
    BY_POLICY,
    CLOSED,
    FACTS,
    HELD,
    NOW,
    RED,
    asking,
    merging,
    of_pull,
    of_rules,
    review,
)

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion


def test_a_merge_that_goes_ahead_reads_so(snapshot: SnapshotAssertion) -> None:
    assert render_proof(decide_merge(FACTS), decision_id="1a2b3c4d5e6f") == snapshot


def test_a_merge_against_which_everything_stands_reads_so(snapshot: SnapshotAssertion) -> None:
    facts = of_pull(
        merging(reviews=2, up_to_date=True, update="never", freeze=CLOSED, method="merge", allow_forks=False),
        title="WIP: mend the crane",
        labels=("hold",),
        is_draft=True,
        is_fork=True,
        mergeable=False,
        behind=2,
    )
    facts = of_rules(facts, linear=True, conversations=True)
    facts = replace(
        asking(facts, sha=OTHER),
        hold=HELD,
        checks=(RED,),
        base=replace(facts.base, checks=BASE_IS_RED.base.checks),
        reviews=(review(sha=OTHER),),
        conversations=1,
        depends=(DependencyFact(name="#9", state=DependencyState.CLOSED, title="Rope"),),
        rests_on=StackFact(number=11, title="Build the crane", url="https://github.com/octo/harbour/pull/11"),
        still_since=NOW - timedelta(seconds=3),
    )
    assert render_proof(decide_merge(facts), decision_id="") == snapshot


def test_a_merge_that_the_policy_wants_reads_so(snapshot: SnapshotAssertion) -> None:
    change = replace(BY_POLICY.change, writers=("mallory",)) if BY_POLICY.change else None
    assert render_proof(decide_merge(replace(BY_POLICY, change=change)), decision_id="") == snapshot


def test_the_decision_is_about_the_head_that_the_wish_goes_on_with() -> None:
    asking_ = Asking(wish="1/0", source=Source.COMMAND, person=PERSON)
    wish = new_wish(22, pull_request(), asking_, now=WRITTEN_AT)
    assert asked_of(replace(wish, asked_sha=OTHER, head_sha=HEAD)) == Asked(
        number=wish.number, source=Source.COMMAND, person=PERSON, sha=HEAD, asked_at=WRITTEN_AT
    )

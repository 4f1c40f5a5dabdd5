"""How a wish goes on after a look: table by table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.reasons import Reason
from bot.config.merging import MergeMethod, UpdateMethod
from bot.github.models import Sha
from bot.merging.judging.rules import decide_merge
from bot.merging.keeping.model import Act
from bot.merging.keeping.rules import Seen, may_soon_merge, next_of
from bot.merging.model import MergeState, Source
from tests.support.commands import OTHER
from tests.support.merge_facts import (
    BEHIND,
    BY_LABEL,
    CLOSED,
    FACTS,
    HELD,
    NOW,
    RED,
    RUNNING,
    asking,
    merging,
    of_pull,
    of_rules,
)
from tests.support.wishes import WISH

if TYPE_CHECKING:
    from bot.merging.judging.fact_model import MergeFacts
    from bot.merging.keeping.model import Look
    from bot.merging.model import Wish

AT_ONCE = replace(WISH, wish="now-4711/0")
MOVED = of_pull(head_sha=Sha(OTHER))
CI_RUNS = replace(FACTS, checks=(RUNNING,))
CI_FAILED = replace(FACTS, checks=(RED,))
NOT_QUIET = replace(FACTS, still_since=NOW - timedelta(seconds=10))
UNKNOWN = of_pull(mergeable=None)
QUEUE = of_rules(queue=True)
TRAIN = merging(train={})


def look(facts: MergeFacts, wish: Wish = WISH, *, is_first: bool = True) -> Look:
    """Look at the wish."""
    seen = Seen(wish=wish, facts=facts, decision=decide_merge(facts), is_first=is_first)
    found = next_of(seen)
    assert found.before == wish
    return found


@pytest.mark.parametrize(
    ("facts", "act"),
    [(FACTS, Act.MERGE), (QUEUE, Act.ENQUEUE), (TRAIN, Act.BOARD)],
    ids=["direct", "queue", "train"],
)
def test_what_nothing_stands_against_takes_the_way_of_its_base(facts: MergeFacts, act: Act) -> None:
    found = look(facts)
    assert (found.wish.state, found.act) == (MergeState.READY, act)
    assert found.wish.ready_at == found.ready_since
    assert found.wake is None


def test_it_is_merged_as_asked_and_cleaned_up_as_configured() -> None:
    facts = asking(merging(delete_branch=True), method=MergeMethod.REBASE)
    found = look(facts)
    assert (found.method, found.deletes_branch) == (MergeMethod.REBASE, True)


@pytest.mark.parametrize("state", [MergeState.TESTING, MergeState.QUEUED])
def test_what_is_under_way_goes_on_while_nothing_certain_stands_against_it(state: MergeState) -> None:
    wish = replace(WISH, state=state, batch_id="b1")
    assert look(FACTS, wish).wish == wish
    assert look(CI_RUNS, wish).wish == wish
    assert look(CI_RUNS, wish).act is Act.NOTHING


def test_what_is_under_way_is_taken_out_where_something_does() -> None:
    held = replace(FACTS, hold=HELD)
    tested = look(held, replace(WISH, state=MergeState.TESTING, batch_id="b1"))
    assert (tested.wish.state, tested.wish.batch_id, tested.act) == (MergeState.WAITING, "", Act.NOTHING)
    queued = look(held, replace(WISH, state=MergeState.QUEUED))
    assert (queued.wish.state, queued.act) == (MergeState.WAITING, Act.DEQUEUE)
    assert queued.wish.reason is Reason.HELD


def test_another_base_ends_what_was_under_way_for_the_old_one() -> None:
    wish = replace(WISH, state=MergeState.TESTING, batch_id="b1")
    found = look(of_pull(CI_RUNS, base_ref="1.x"), wish)
    assert (found.wish.state, found.wish.base_ref, found.wish.batch_id) == (MergeState.WAITING, "1.x", "")


@pytest.mark.parametrize(
    ("facts", "state", "reason"),
    [
        (of_pull(is_merged=True, is_open=False), MergeState.MERGED, Reason.ALREADY_MERGED),
        (of_pull(is_open=False), MergeState.WITHDRAWN, Reason.PULL_REQUEST_CLOSED),
        (replace(FACTS, permission=FACTS.permission.READ), MergeState.WITHDRAWN, Reason.NOT_PERMITTED),
        (BY_LABEL, MergeState.WITHDRAWN, Reason.WITHDRAWN),
    ],
    ids=["merged", "closed", "role lost", "label gone"],
)
def test_what_nobody_can_want_any_more_ends(facts: MergeFacts, state: MergeState, reason: Reason) -> None:
    found = look(facts)
    assert (found.wish.state, found.wish.reason, found.wish.ended_at) == (state, reason, NOW)
    assert found.act is Act.NOTHING


def test_what_github_queued_and_merged_came_true() -> None:
    found = look(of_pull(is_merged=True, is_open=False), replace(WISH, state=MergeState.QUEUED))
    assert (found.wish.state, found.wish.reason) == (MergeState.MERGED, Reason.MERGED)
    assert "merge queue" in found.wish.text


def test_a_push_of_which_nobody_knows_who_is_waited_for_then_ends_the_wish() -> None:
    first = look(MOVED)
    assert (first.wish.state, first.wish.reason) == (MergeState.WAITING, Reason.HEAD_MOVED)
    assert first.wake == timedelta(minutes=1)
    soon = look(replace(MOVED, now=NOW + timedelta(seconds=40)), first.wish)
    assert (soon.wish, soon.wake) == (first.wish, timedelta(seconds=20))
    late = look(replace(MOVED, now=NOW + timedelta(minutes=1)), first.wish)
    assert (late.wish.state, late.wish.reason) == (MergeState.WITHDRAWN, Reason.HEAD_MOVED)


def test_a_push_takes_it_out_of_githubs_queue() -> None:
    assert look(MOVED, replace(WISH, state=MergeState.QUEUED)).act is Act.DEQUEUE


def test_about_a_push_the_policy_decides_anew() -> None:
    found = look(MOVED, replace(WISH, source=Source.POLICY, check_run_id=4, check_digest="d"))
    assert (found.wish.head_sha, found.wish.asked_sha, found.wish.check_run_id) == (OTHER, OTHER, None)
    assert (found.wish.state, found.wake) == (MergeState.WAITING, timedelta(seconds=1))


def test_a_wish_for_now_is_refused_with_everything_that_stands_against_it() -> None:
    facts = replace(CI_FAILED, hold=HELD)
    found = look(facts, AT_ONCE)
    assert (found.wish.state, found.wish.reason) == (MergeState.WITHDRAWN, Reason.HELD)
    assert "`hold`" in found.wish.text
    assert "`checks`" in found.wish.text
    assert "`/merge --when-green`" in found.wish.text


@pytest.mark.parametrize("facts", [NOT_QUIET, UNKNOWN], ids=["quiet", "mergeable"])
def test_a_wish_for_now_waits_for_what_passes_by_itself_but_not_for_ever(facts: MergeFacts) -> None:
    young = replace(AT_ONCE, asked_at=NOW - timedelta(minutes=1))
    assert look(facts, young).wish.state is MergeState.WAITING
    old = replace(AT_ONCE, asked_at=NOW - timedelta(minutes=5))
    assert look(facts, old).wish.state is MergeState.WITHDRAWN


@pytest.mark.parametrize(
    ("facts", "reason", "wake"),
    [
        (CI_RUNS, Reason.CHECKS_RUNNING, timedelta(minutes=5)),
        (CI_FAILED, Reason.CHECKS_FAILED, None),
        (NOT_QUIET, Reason.QUIET_TIME, timedelta(seconds=20)),
        (UNKNOWN, Reason.WAITING_TO_MERGE, timedelta(seconds=10)),
        (of_pull(mergeable=False), Reason.NOT_MERGEABLE, None),
    ],
    ids=["running", "red", "quiet", "mergeable unknown", "conflict"],
)
def test_what_waits_says_why_and_when_time_alone_may_change_it(
    facts: MergeFacts, reason: Reason, wake: timedelta | None
) -> None:
    found = look(facts)
    assert (found.wish.state, found.wish.reason, found.act) == (MergeState.WAITING, reason, Act.NOTHING)
    assert found.wake == wake
    assert found.wish.ready_at is None


def test_a_freeze_is_looked_at_again_when_it_ends() -> None:
    found = look(merging(freeze=CLOSED))
    assert found.wish.reason is Reason.FREEZE_WINDOW
    assert found.wake is not None
    assert found.wake > timedelta(days=1)


def test_a_branch_that_is_behind_is_updated_in_its_turn() -> None:
    first = look(BEHIND)
    assert (first.wish.reason, first.act) == (Reason.UPDATING_BRANCH, Act.UPDATE)
    assert (first.update, first.base_sha) == (UpdateMethod.MERGE, FACTS.base.sha)
    later = look(BEHIND, is_first=False)
    assert (later.wish.reason, later.act) == (Reason.BEHIND_BASE, Act.NOTHING)


@pytest.mark.parametrize(
    ("labels", "given", "expected"),
    [((), 0, 0), ((), -5, -5), (("Soon",), 0, 1), (("soon", "urgent"), 0, 2), (("urgent",), 7, 7)],
)
def test_the_best_label_counts_where_nothing_larger_was_given(
    labels: tuple[str, ...], given: int, expected: int
) -> None:
    facts = of_pull(merging(priority_labels=["urgent", "soon"]), labels=labels)
    assert look(facts, replace(WISH, priority=given)).wish.priority == expected


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        (MergeState.READY, Reason.WAITING_TO_MERGE, True),
        (MergeState.TESTING, Reason.IN_TRAIN, True),
        (MergeState.WAITING, Reason.CHECKS_RUNNING, True),
        (MergeState.WAITING, Reason.UPDATING_BRANCH, True),
        (MergeState.WAITING, Reason.CHECKS_FAILED, False),
        (MergeState.WAITING, Reason.HELD, False),
    ],
)
def test_what_may_soon_be_merged_goes_first(state: MergeState, reason: Reason, *, expected: bool) -> None:
    assert may_soon_merge(replace(WISH, state=state, reason=reason)) is expected

"""How a wish stands after GitHub was asked for something: one table for each of its answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands.reasons import Reason
from bot.config.merging import MergeMethod
from bot.merging.acting.model import Came, Merging, Queued, Queueing, Updated, Updating
from bot.merging.keeping.endings import after_enqueuing, after_merging, after_update, left_queue
from bot.merging.keeping.model import Look
from bot.merging.model import MergeState
from tests.support.merge_facts import NOW
from tests.support.wishes import WISH

MERGING = replace(WISH, state=MergeState.MERGING)
SOON = timedelta(seconds=15)


@pytest.mark.parametrize(
    ("merging", "state", "reason", "wake"),
    [
        (Merging(came=Came.MERGED, sha="1a2b3c4d5e"), MergeState.MERGED, Reason.MERGED, None),
        (Merging(came=Came.MERGED), MergeState.MERGED, Reason.MERGED, None),
        (Merging(came=Came.UNCERTAIN, text="502"), MergeState.STOPPED, Reason.MERGE_UNCERTAIN, None),
        (Merging(came=Came.MOVED), MergeState.WAITING, Reason.HEAD_MOVED, SOON),
        (Merging(came=Came.LATER, text="busy"), MergeState.WAITING, Reason.WAITING_TO_MERGE, SOON),
        (Merging(came=Came.DECLINED, text="<b>no</b>"), MergeState.WAITING, Reason.GITHUB_REFUSED, None),
    ],
)
def test_a_merge(merging: Merging, state: MergeState, reason: Reason, wake: timedelta | None) -> None:
    look = Look(before=WISH, wish=WISH, method=MergeMethod.SQUASH)
    after = after_merging(look, MERGING, merging, now=NOW)
    assert (after.before, after.wish.state, after.wish.reason, after.wake) == (MERGING, state, reason, wake)
    assert after.wish.merge_sha == merging.sha
    assert (after.wish.ended_at is not None) == state.is_over
    assert "<b>" not in after.wish.text


def test_a_merge_of_which_only_half_is_seen() -> None:
    """The base has it and the pull request is open: a person must look."""
    merging = Merging(came=Came.UNCERTAIN, sha="a" * 40, text="502")
    after = after_merging(Look(before=WISH, wish=WISH, method=MergeMethod.SQUASH), MERGING, merging, now=NOW)
    assert (after.wish.state, after.wish.reason) == (MergeState.STOPPED, Reason.MERGE_UNCERTAIN)
    assert "holds the change as `aaaaaaa`" in after.wish.text


def test_what_it_became_is_named_where_it_is_known() -> None:
    look = Look(before=WISH, wish=WISH, method=MergeMethod.SQUASH)
    known = after_merging(look, MERGING, Merging(came=Came.MERGED, sha="1a2b3c4d5e"), now=NOW)
    assert known.wish.text == "Merged into `main` by `squash` as `1a2b3c4`."
    unknown = after_merging(look, MERGING, Merging(came=Came.MERGED), now=NOW)
    assert unknown.wish.text == "Merged into `main` by `squash`."


def test_a_wish_for_now_ends_where_github_refuses() -> None:
    wish = replace(MERGING, wish="now-4711/0")
    look = Look(before=WISH, wish=wish)
    after = after_merging(look, wish, Merging(came=Came.DECLINED, text="no"), now=NOW)
    assert (after.wish.state, after.wish.reason) == (MergeState.WITHDRAWN, Reason.GITHUB_REFUSED)


@pytest.mark.parametrize(
    ("updating", "reason", "wake"),
    [
        (Updating(came=Updated.BEGUN), WISH.reason, None),
        (Updating(came=Updated.FAILED, text="merge conflict"), Reason.UPDATE_FAILED, None),
        (Updating(came=Updated.LATER, text="502"), Reason.UPDATING_BRANCH, SOON),
    ],
)
def test_an_update(updating: Updating, reason: Reason, wake: timedelta | None) -> None:
    after = after_update(WISH, updating, now=NOW)
    assert (after.wish.state, after.wish.reason, after.wake) == (MergeState.WAITING, reason, wake)


@pytest.mark.parametrize(
    ("queueing", "state", "reason", "wake"),
    [
        (Queueing(came=Queued.IN, position=3), MergeState.QUEUED, Reason.IN_MERGE_QUEUE, None),
        (Queueing(came=Queued.IN), MergeState.QUEUED, Reason.IN_MERGE_QUEUE, None),
        (Queueing(came=Queued.LATER, text="502"), MergeState.WAITING, Reason.WAITING_TO_MERGE, SOON),
        (Queueing(came=Queued.REFUSED, text="no"), MergeState.WAITING, Reason.GITHUB_REFUSED, None),
    ],
)
def test_a_place_in_the_queue(
    queueing: Queueing, state: MergeState, reason: Reason, wake: timedelta | None
) -> None:
    after = after_enqueuing(WISH, queueing, now=NOW)
    assert (after.wish.state, after.wish.reason, after.wake) == (state, reason, wake)
    assert ("at place 3" in after.wish.text) == (queueing.position == 3)


def test_why_the_queue_put_it_out_is_told_where_it_is_known() -> None:
    assert "(ci failure)" in left_queue(WISH, "CI_FAILURE", now=NOW).text
    assert "put it out." in left_queue(WISH, "", now=NOW).text

"""What people see of a wish to merge."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Reason, Status
from bot.commands.parse import parse_line
from bot.commands.render import render_receipt
from bot.config.merging import MergeMethod
from bot.github.models import Actor, Conclusion, Sha
from bot.merging.judging.rules import decide_merge
from bot.merging.model import MergeState, Source
from bot.merging.saying.render import (
    Shown,
    button_line,
    external_id,
    pull_of_check,
    render_check,
    render_duration,
    render_group,
    render_left,
    render_open,
    render_taken,
    render_wish_receipt,
)
from handlers.grammars import GRAMMARS
from tests.support.merge_facts import CLOSED, FACTS, HELD, RED, RUNNING, merging
from tests.support.wishes import WISH

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from bot.decisions.model import Decision
    from bot.merging.model import Wish

HOSTILE = Actor(id=66, login="a`b @everyone <img src=x>")
RUNS = decide_merge(replace(FACTS, checks=(RUNNING,)))
FAILED = decide_merge(replace(FACTS, checks=(RED,), hold=HELD))


def text_of(shown: Shown) -> str:
    """Put together what the check run shows."""
    report = render_check(shown)
    ended = report.conclusion.value if report.conclusion else "in progress"
    return f"# {report.title} ({ended})\n\n{report.summary}\n\n---\n\n{report.text}"


def test_what_waits_for_ci(snapshot: SnapshotAssertion) -> None:
    shown = Shown(wish=WISH, decision=RUNS, ahead=(3, 5), usual=timedelta(minutes=7))
    assert text_of(shown) == snapshot


def test_what_waits_for_people(snapshot: SnapshotAssertion) -> None:
    wish = replace(WISH, reason=Reason.HELD, text=FAILED.text, decision_id="0123456789ab")
    assert text_of(Shown(wish=wish, decision=FAILED)) == snapshot
    assert [action.label for action in render_check(Shown(wish=wish, decision=FAILED)).actions] == ["Why"]


@pytest.mark.parametrize(
    ("state", "conclusion"),
    [
        (MergeState.READY, Conclusion.SUCCESS),
        (MergeState.TESTING, None),
        (MergeState.QUEUED, Conclusion.SUCCESS),
        (MergeState.MERGING, Conclusion.SUCCESS),
        (MergeState.MERGED, Conclusion.SUCCESS),
        (MergeState.STOPPED, Conclusion.ACTION_REQUIRED),
        (MergeState.WITHDRAWN, Conclusion.CANCELLED),
    ],
)
def test_each_state_has_its_conclusion(
    state: MergeState, conclusion: Conclusion | None, snapshot: SnapshotAssertion
) -> None:
    """Where protection asks for the check, it must be green for the merge itself, and never before."""
    wish = replace(
        WISH, state=state, reason=Reason.WAITING_TO_MERGE, method=MergeMethod.SQUASH, text="So it is."
    )
    report = render_check(Shown(wish=wish))
    assert report.conclusion is conclusion
    assert f"{report.title}\n{report.summary}" == snapshot


@pytest.mark.parametrize(
    ("decision", "conclusion"),
    [
        (None, None),
        (RUNS, None),
        (decide_merge(merging(freeze=CLOSED)), None),
        (FAILED, Conclusion.ACTION_REQUIRED),
        (decide_merge(replace(FACTS, base=replace(FACTS.base, checks=(RED,)))), Conclusion.ACTION_REQUIRED),
    ],
    ids=["not known", "ci", "freeze", "red", "base red"],
)
def test_it_asks_for_people_only_where_time_and_ci_are_not_enough(
    decision: Decision | None, conclusion: Conclusion | None
) -> None:
    assert render_check(Shown(wish=WISH, decision=decision)).conclusion is conclusion


@pytest.mark.parametrize("source", Source)
def test_who_asked_is_told(source: Source, snapshot: SnapshotAssertion) -> None:
    wish = replace(WISH, source=source, person=HOSTILE, line="/merge `@x`")
    assert render_check(Shown(wish=wish)).summary == snapshot


def test_a_long_line_before_it_is_cut() -> None:
    summary = render_check(Shown(wish=WISH, ahead=tuple(range(1, 31)))).summary
    assert "It is number 31 for `main`, after #1, #2" in summary
    assert "#10 and 20 more." in summary


def test_many_conditions_are_cut() -> None:
    condition = FAILED.conditions[6]
    decision = replace(FAILED, conditions=(condition,) * 12)
    assert render_open(decision).endswith("- … and 2 more")


def test_a_receipt_says_the_same(snapshot: SnapshotAssertion) -> None:
    assert render_receipt(render_wish_receipt(WISH)) == snapshot


def test_what_nobody_typed_is_answered_under_its_own_name() -> None:
    wish = replace(WISH, wish="label-g", receipt="", line="", state=MergeState.STOPPED)
    label = render_wish_receipt(replace(wish, source=Source.LABEL))
    policy = render_wish_receipt(replace(wish, source=Source.POLICY))
    assert (label.key, label.line, label.status) == ("label-g", "the merge label", Status.FAILED)
    assert policy.line == "the merge policy"


@pytest.mark.parametrize(
    ("standing", "status", "reason"),
    [
        (replace(WISH, state=MergeState.MERGED), Status.REFUSED, Reason.ALREADY_MERGED),
        (replace(WISH, state=MergeState.MERGING), Status.SUCCEEDED, Reason.DONE),
        (replace(WISH, person=HOSTILE, line="/merge"), Status.REFUSED, Reason.WITHDRAWN),
    ],
)
def test_where_another_wish_stands_who_asked_is_told(standing: Wish, status: Status, reason: Reason) -> None:
    receipt = render_taken(WISH, standing)
    assert (receipt.key, receipt.status, receipt.reason) == (WISH.receipt, status, reason)
    assert receipt.text


def test_a_commit_that_is_no_head_any_more_says_so() -> None:
    report = render_left(WISH, new_head=Sha("9f8e7d6c5b"))
    assert (report.title, report.conclusion) == ("Pushed over by 9f8e7d6", Conclusion.CANCELLED)
    assert report.head_sha == WISH.head_sha


@pytest.mark.parametrize("reason", ["", "<b>tide</b> @all"])
def test_a_hold_stops_githubs_queue_too(reason: str) -> None:
    held = render_group(12, Sha("a" * 40), replace(HELD, reason=reason))
    assert held.conclusion is Conclusion.FAILURE
    assert "holds #12" in held.summary
    assert "<b>" not in held.summary
    assert render_group(12, Sha("a" * 40), None).conclusion is Conclusion.SUCCESS


def test_its_check_run_is_told_from_others() -> None:
    assert pull_of_check(external_id(12)) == 12
    for other in ("merge-group-12", "gate-1-x", "merge-", "diagnosis-12"):
        assert pull_of_check(other) is None


def test_the_button_is_a_command_that_is_understood() -> None:
    line = button_line("why")
    assert line is not None
    assert parse_line(line, GRAMMARS).mistake is None
    assert button_line("approve-1") is None


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        (timedelta(seconds=-3), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=7, seconds=40), "8 min"),
        (timedelta(hours=3, minutes=5), "3 h 5 min"),
        (timedelta(days=2, hours=1), "2 d 1 h"),
    ],
)
def test_durations_are_said_as_people_do(duration: timedelta, said: str) -> None:
    assert render_duration(duration) == said

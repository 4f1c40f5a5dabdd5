"""A decision is shown as a tree of its conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.decisions.model import Condition, Evidence, RecordedDecision, Standing, conclude
from bot.decisions.render import MOST_CLOSED_PARTS, render_proof, render_recorded
from tests.support.records import AT, condition

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion


def test_every_standing(snapshot: SnapshotAssertion) -> None:
    conditions = tuple(condition(each, each) for each in Standing)
    assert render_proof(conclude("deploy", conditions), decision_id="0123456789ab") == snapshot


def test_parts_stand_below_and_what_is_open_comes_first(snapshot: SnapshotAssertion) -> None:
    parts = (
        condition("lint", Standing.MET),
        condition("test", Standing.UNMET, condition("shard", Standing.PENDING)),
    )
    decision = conclude(
        "deploy", (condition("checks", Standing.UNMET, *parts, text="One failed.\n\n- first\n- second"),)
    )
    assert render_proof(decision, decision_id="") == snapshot


def test_what_goes_ahead_and_what_waits() -> None:
    fine = conclude("deploy", (condition(standing=Standing.MET),))
    waits = conclude("deploy", (condition(standing=Standing.PENDING),))
    assert render_proof(fine, decision_id="").startswith("✅ **It goes ahead.**\n")
    assert render_proof(waits, decision_id="").startswith("⏳ **It waits.** · `checks_failed`\n")
    assert "who can help" not in render_proof(fine, decision_id="")


def test_what_is_open_is_shown_and_the_rest_is_counted() -> None:
    parts = [condition(f"green-{number}", Standing.MET) for number in range(200)]
    parts += [condition(f"red-{number}") for number in range(60)]
    evidence = tuple(Evidence(text=f"run {number}") for number in range(7))
    whole = Condition(
        name="checks", standing=Standing.UNMET, text="Red.", evidence=evidence, parts=tuple(parts)
    )
    shown = render_proof(conclude("deploy", (whole,)), decision_id="")
    assert "`red-49`" in shown
    assert f"`green-{MOST_CLOSED_PARTS}`" not in shown
    assert "… and 10 more that stand against it, 190 more that do not" in shown
    assert "run 4 and 2 more" in shown


def test_a_tree_without_end_is_cut() -> None:
    deepest = condition("level 9")
    for level in range(8, -1, -1):
        deepest = condition(f"level {level}", Standing.UNMET, deepest)
    shown = render_proof(conclude("deploy", (deepest,)), decision_id="")
    assert "`level 4`" in shown
    assert "`level 5`" not in shown


def test_a_recorded_decision_says_what_it_was_about(snapshot: SnapshotAssertion) -> None:
    row = RecordedDecision(
        id="0123456789ab",
        kind="gate",
        repository_id=22,
        repository="octo/harbour",
        number=5,
        environment="production",
        decided_at=AT,
        facts="[]",
        decision="{}",
    )
    assert render_recorded(row, conclude("gate", (condition(),))) == snapshot

"""What people see of a gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Reason
from bot.commands.parse import parse_line
from bot.gates.fact_model import Author
from bot.gates.ledger import Void, Word, subject_digest
from bot.gates.model import GateState, Parameter, PlannedChange, PlanSummary
from bot.gates.render import (
    GateCheck,
    Press,
    button_line,
    check_name,
    closing_report,
    environment_of_check,
    gate_of_check,
    press_of,
    quoted,
    render_check,
    render_plan,
    render_standing,
)
from bot.gates.rules import decide_gate
from bot.github.models import Conclusion
from handlers.grammars import GRAMMARS
from tests.support.gate_facts import (
    ADA,
    BOB,
    EVE,
    OPENED,
    OTHER,
    SUBJECT,
    approval,
    facts,
    gate,
    policy,
    spoken,
)
from tests.support.gate_facts import change as unchanged
from tests.support.gate_facts import voided as made_void

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

PLAN = PlanSummary(
    digest="ab12" * 16,
    adds=1,
    changes=0,
    destroys=1,
    monthly_cost="+$12.30",
    resources=(
        PlannedChange(address="aws_instance.crane[0]", action="create"),
        PlannedChange(address="aws_s3_bucket.x</details>@ada`|", action="delete"),
    ),
    run_url="https://github.com/octo/harbour/actions/runs/41",
)


SHOWN = {
    "waiting": facts(approvals=policy(2, users=("bob", "eve"), teams=("octo/pilots",))),
    "approved": facts(spoken(), spoken(approval(EVE)), approvals=policy(2)),
    "rejected": facts(
        spoken(replace(approval(BOB, word=Word.REJECT), text="no @everyone <b>tonight</b> [x](https://evil)"))
    ),
    "expired": replace(facts(), at=OPENED + timedelta(hours=24)),
    "pushed over": replace(facts(spoken()), change=replace(unchanged(), head_sha=OTHER, tree="8" * 40)),
    "closed": replace(facts(), change=replace(unchanged(), is_open=False)),
    "void": facts(
        made_void(approval(), Void.TAMPERED),
        spoken(approval(ADA)),
        spoken(approval(EVE)),
        approvals=policy(2),
    ),
    "mistakes": replace(
        facts(), approvals=None, mistakes=(".github/pilothouse.yml:3:5: no <i>such</i> key",)
    ),
    "unknown authors": replace(
        facts(), change=replace(unchanged(), authors=(Author(name="b…@corp.example", url="https://x/1"),))
    ),
    "teams": facts(spoken(), approvals=policy(2, teams=("octo/a", "octo/b"), distinct=2)),
    "silent": replace(facts(), change=None, problem="502 from <GitHub>"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_check_run(name: str, snapshot: SnapshotAssertion) -> None:
    given = SHOWN[name]
    report = render_check(gate(given), decide_gate(given), decision_id="0123456789ab", url=None)
    assert f"{report.title}\n{report.conclusion}\n\n{report.summary}\n\n{report.text}" == snapshot


def test_the_check_run_with_a_plan(snapshot: SnapshotAssertion) -> None:
    subject = replace(SUBJECT, plan=PLAN, parameters=(Parameter(name="region", value="eu`"),))
    given = replace(facts(), subject=subject)
    report = render_check(gate(given), None, decision_id="", url="https://bot.example.org/gate")
    assert report.summary == snapshot
    assert (report.text, report.details_url) == ("", "https://bot.example.org/gate")


def test_a_plan_without_resources_or_a_run(snapshot: SnapshotAssertion) -> None:
    assert render_plan(PlanSummary(digest="ab12" * 16)) == snapshot


def test_more_changes_than_are_listed_are_counted() -> None:
    assert "2 of 70 changes" in render_plan(replace(PLAN, adds=69))


def test_buttons_are_within_github_s_limits() -> None:
    actions = render_check(gate(), None, decision_id="", url=None).actions
    assert len(actions) == 3
    assert all(len(each.label) <= 20 and len(each.identifier) <= 20 for each in actions)
    assert all(len(each.description) <= 40 for each in actions)


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        (GateState.WAITING, ["Approve", "Reject", "Why"]),
        (GateState.APPROVED, ["Reject", "Why"]),
        (GateState.REJECTED, []),
        (GateState.EXPIRED, []),
        (GateState.CLOSED, []),
    ],
)
def test_only_what_can_still_be_answered_has_buttons(state: GateState, buttons: list[str]) -> None:
    report = render_check(gate(state=state), None, decision_id="", url=None)
    assert [each.label for each in report.actions] == buttons


@pytest.mark.parametrize(
    ("reason", "conclusion", "title"),
    [
        (Reason.DONE, Conclusion.SUCCESS, "Approved and applied: done"),
        (Reason.ROLLED_BACK, Conclusion.NEUTRAL, "Approved and applied: rolled back"),
        (Reason.CANCELLED, Conclusion.CANCELLED, "Closed: cancelled"),
    ],
)
def test_what_was_applied_is_not_called_cancelled(reason: Reason, conclusion: Conclusion, title: str) -> None:
    closed = replace(gate(state=GateState.CLOSED), reason=reason)
    report = render_check(closed, None, decision_id="", url=None)
    assert (report.conclusion, report.title) == (conclusion, title)


def test_a_gate_outside_of_a_pull_request_names_no_comment() -> None:
    report = render_check(replace(gate(), number=None), None, decision_id="", url=None)
    assert "/approve" not in report.summary
    assert report.external_id == "gate-0-gate-1"


def test_the_last_word_on_a_commit_that_was_left() -> None:
    report = closing_report(gate(), new_head=OTHER)
    assert (report.title, report.conclusion, report.actions) == (
        "Pushed over by 9f8e7d6",
        Conclusion.CANCELLED,
        (),
    )


def test_where_no_approvals_are_asked_for_it_says_so() -> None:
    assert render_standing(decide_gate(replace(facts(), approvals=None))) == "No approvals are asked for."


@pytest.mark.parametrize(
    ("external_id", "found"),
    [
        ("gate-5-gate-1", GateCheck(number=5, gate_id="gate-1")),
        ("gate-0-abc", GateCheck(number=None, gate_id="abc")),
        ("gate-x-abc", None),
        ("diagnosis-5-abc", None),
        ("", None),
    ],
)
def test_a_check_run_is_known_by_its_external_id(external_id: str, found: GateCheck | None) -> None:
    assert gate_of_check(external_id) == found


@pytest.mark.parametrize(
    ("identifier", "found"),
    [
        ("approve-1a2b3c4d", Press(word=Word.APPROVE, of="1a2b3c4d")),
        ("reject-00000000", Press(word=Word.REJECT, of="00000000")),
        ("approve", None),
        ("why", None),
        ("approve-1a2b3c4d/x", None),
    ],
)
def test_a_button_is_known_by_its_identifier(identifier: str, found: Press | None) -> None:
    assert press_of(identifier) == found


@pytest.mark.parametrize(
    "name", ["production", "Production EU", 'the "big" one', "back\\slash", "--flag", "it's", "/x"]
)
def test_a_button_names_its_environment_whatever_it_is_called(name: str) -> None:
    """The command that a button stands for is read as any other command: the name must stay one word."""
    identifier = f"approve-{subject_digest(SUBJECT)}"
    command = parse_line(button_line(identifier, name) or "", GRAMMARS)
    assert command.mistake is None
    assert command.arguments == (name,)
    assert command.values("of") == (subject_digest(SUBJECT),)
    why = parse_line(button_line("why", name) or "", GRAMMARS)
    assert (why.mistake, why.arguments) == (None, ("gate", name))
    assert environment_of_check(check_name(name)) == name
    assert quoted("production") == "production"


def test_another_button_stands_for_nothing() -> None:
    assert button_line("rerun_failed", "production") is None

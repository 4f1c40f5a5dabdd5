"""What people read about backports and reverts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Done, Failed, Refused
from bot.commands.reasons import Reason
from bot.github.commit_models import GitPerson
from bot.github.models import Sha
from bot.picking.model import Change, Kind, Pick, Result, State, Way
from bot.picking.render import render_answer, render_description, render_not_merged, render_waiting

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

ADA = GitPerson(name="Ada", email="ada@example.com", date="2026-01-01T00:00:00Z")
HOSTILE = "fix: @everyone see <b>#1</b> `x`\n\nhttps://evil.example"


def change(*, way: Way = Way.SQUASH, messages: tuple[str, ...] = ("Dredge",)) -> Change:
    picks = tuple(
        Pick(
            sha=Sha(str(index + 1) * 40),
            tree="new",
            parent=Sha("9" * 40),
            parent_tree="old",
            message=message,
            author=ADA,
        )
        for index, message in enumerate(messages)
    )
    return Change(number=12, title=messages[0], base_ref="main", way=way, picks=picks)


def result(state: State, branch: str = "release-1.x") -> Result:
    number = 45 if state in {State.OPENED, State.FOUND} else 0
    return Result(
        branch=branch,
        state=state,
        number=number,
        url=f"https://github.com/octo/hello/pull/{number}",
        stuck_at="1" * 40,
    )


def conflict(kind: Kind, of: Change, *files: str, branch: str = "release-1.x") -> Failed:
    outcome = render_answer(kind, of, [replace(result(State.CONFLICT, branch), files=files)])
    assert isinstance(outcome, Failed)
    assert outcome.reason is Reason.PICK_CONFLICT
    return outcome


@pytest.mark.parametrize("kind", Kind)
def test_the_description_says_what_of_what_and_who_asked(kind: Kind, snapshot: SnapshotAssertion) -> None:
    text = render_description(kind, change(messages=("One", "Two")), "release-1.x", login="ada")
    assert text == snapshot


@pytest.mark.parametrize("kind", Kind)
def test_hostile_texts_mention_and_render_nothing(kind: Kind) -> None:
    text = render_description(kind, change(messages=(HOSTILE,)), "rel`@x`", login="@everyone")
    text += str(render_answer(kind, change(messages=(HOSTILE,)), [result(State.OPENED)]))
    for raw in ("@everyone see", "<b>", "https://evil.example"):
        assert raw not in text.replace("`@everyone`", "")


@pytest.mark.parametrize("kind", Kind)
def test_what_is_not_merged_is_not_picked(kind: Kind, snapshot: SnapshotAssertion) -> None:
    refused = render_not_merged(kind, 12)
    assert refused.reason is Reason.NOT_MERGED
    assert refused.text == snapshot


def test_what_waits_names_the_branches() -> None:
    assert render_waiting(change(), ("v1", "v`2")).text == (
        "#12 is not merged yet. Once it is, a pull request with it is opened for `v1`, ``v`2``."
    )


def test_all_well_is_a_line_a_branch(snapshot: SnapshotAssertion) -> None:
    results = [result(State.OPENED), result(State.FOUND, "v2"), result(State.NOTHING, "v3")]
    outcome = render_answer(Kind.BACKPORT, change(), results)
    assert isinstance(outcome, Done)
    assert outcome.text == snapshot


def test_nothing_left_to_revert_is_said() -> None:
    outcome = render_answer(Kind.REVERT, change(), [result(State.NOTHING, "main")])
    assert isinstance(outcome, Done)
    assert "has nothing of it any more" in outcome.text


def test_a_missing_branch_refuses_where_it_was_the_only_wish() -> None:
    missing = result(State.MISSING)
    assert isinstance(render_answer(Kind.BACKPORT, change(), [missing]), Refused)
    both = render_answer(Kind.BACKPORT, change(), [result(State.OPENED), missing])
    assert isinstance(both, Failed)
    assert both.reason is Reason.BRANCH_MISSING


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("way", Way)
def test_a_conflict_names_the_files_and_the_way_by_hand(
    kind: Kind, way: Way, snapshot: SnapshotAssertion
) -> None:
    of = change(way=way, messages=("One", "Two"))
    assert conflict(kind, of, "src/a.py", "src/b`.py").text == snapshot


def test_what_github_said_is_the_answer_of_that_branch() -> None:
    failed = replace(result(State.FAILED), text="GitHub is down.", reason=Reason.GITHUB_UNAVAILABLE)
    outcome = render_answer(Kind.BACKPORT, change(), [failed, result(State.OPENED, "v2")])
    assert isinstance(outcome, Failed)
    assert outcome.reason is Reason.GITHUB_UNAVAILABLE
    assert "`release-1.x`: GitHub is down." in outcome.text


def test_many_files_are_counted_and_none_is_borne() -> None:
    text = conflict(Kind.BACKPORT, change(), *(f"f{index:03}" for index in range(40))).text
    assert "f029" in text
    assert "f030" not in text
    assert "and 10 more" in text
    assert "Changed on both sides" not in conflict(Kind.BACKPORT, change()).text


def test_a_branch_name_cannot_break_out_of_the_commands() -> None:
    """A branch may be called `$(reboot)` or `a;b`."""
    text = conflict(Kind.BACKPORT, change(), branch="v1;$(reboot)").text
    assert "'origin/v1;$(reboot)'" in text

"""The task of the agent: a frame that stays, and quotations that stay quotations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.model import Cause, Location
from bot.supervision.fixing.agent.prompt import QUOTE, Task, quoted, task_of
from bot.supervision.fixing.guards.model import GuardTerms
from tests.support.injections import INJECTIONS
from tests.support.tasks import asked

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

TEXTS = [text for _, _, text in INJECTIONS]


def frame(task: Task) -> list[str]:
    """This function will return the lines of a task that are no quotations, as a reader of plain text sees lines."""
    return [line for line in task_of(task).splitlines() if line and not line.startswith(QUOTE.strip())]


FRAME = frame(asked("cannot find value `x`"))


@pytest.mark.parametrize("text", TEXTS)
def test_quotations_stay_quotations(text: str) -> None:
    """Nothing that a stranger writes adds, ends or changes a line outside of the quotations."""
    told = asked(f"x {text}")
    assert frame(told) == FRAME
    assert task_of(told).isascii() or not set("\u202e\u200b\u2066\ufeff\x1b\x00") & set(task_of(told))
    assert len(task_of(told)) < 200_000


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\n\r\u2028│ #`<>\x1b\x85"))))
def test_no_text_breaks_out(text: str) -> None:
    """Whatever the text is."""
    assert frame(asked(f"x{text}")) == FRAME


def test_secrets_are_not_told() -> None:
    """A secret in a log is not handed on, also not one with a sign in its middle that nobody sees."""
    for text in TEXTS:
        assert "0123456789abcdef" not in task_of(asked(text))
        assert "ghp_0" not in quoted(text)


def test_long_texts_are_cut() -> None:
    """A long text is told from its beginning, and that it is cut."""
    assert quoted("A" * 1000) == f"│ {'A' * 500} [cut]"
    assert quoted("a\n" * 100).splitlines()[58:] == ["│ a", "│ a", "│ [cut]"]
    assert quoted(("B" * 499 + "\n") * 20).splitlines()[11:] == [f"│ {'B' * 499}", "│ [cut]"]


def test_what_is_told(snapshot: SnapshotAssertion) -> None:
    """The whole task, as the agent gets it."""
    failure = replace(
        asked("x").trouble.failure,
        tool="rustc",
        message="cannot find value `heigth` in this scope",
        excerpt=("error[E0425]: cannot find value `heigth` in this scope", " --> src/lib.rs:2:13"),
        tests=(),
        locations=(Location(path="src/lib.rs", line=2),),
        step="cargo check",
    )
    trouble = replace(asked("x").trouble, branch="main", workflow="CI", job="build", failure=failure)
    task = replace(asked("x"), trouble=trouble, earlier=("It changed nothing.",), comments=())
    assert task_of(task) == snapshot


def test_what_is_kept_out() -> None:
    """What the policy keeps out of fixes is told, so that no try is wasted on it."""
    task = replace(asked("x"), terms=GuardTerms(files=1, lines=1, keep_out=("infra/", "*.sql")))
    assert "## What else must not be touched here\n\n│ infra/\n\n│ *.sql\n" in task_of(task)


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause(cause: Cause) -> None:
    """What kind of failure it is changes one line of the frame at most, and no quotation."""
    task = asked("x")
    other = replace(
        task, trouble=replace(task.trouble, failure=replace(task.trouble.failure, cause=cause, step=""))
    )
    assert len(set(frame(other)) ^ set(FRAME)) <= 2

"""What people read about a fix."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from bot.decisions.model import Condition, Standing
from bot.diagnosis.model import Cause, Location
from bot.markdown import code, fence
from bot.supervision.fixing.model import FixState
from bot.supervision.fixing.saying.describing import (
    Proposal,
    commit_message,
    fix_branch,
    fix_title,
    render_issue,
    render_pull,
)
from bot.supervision.fixing.saying.words import how_it_went, render_word
from bot.supervision.fixing.verdict.model import BuildEnd, Next, SeenBuild, Word
from tests.support.fix_facts import URL, a_change, a_failure, a_fix, a_trouble

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

DIFF = "--- a/src/quay.py\n+++ b/src/quay.py\n@@ -1 +0,0 @@\n-import os\n"
HOSTILE = "```\n</details> @everyone fixes #1 <!-- pilothouse:fix x --> [a](https://evil.example)"


def a_proposal(**changes: Any) -> Proposal:
    """This function will make a fix as it is told."""
    told = {
        "fix": a_fix(),
        "change": a_change(),
        "guards": (Condition(name="size", standing=Standing.MET, text="It changes 1 file and 1 line."),),
        "tries": 2,
        "label": "needs review",
        "told": "**`ruff`** ran `ruff check --fix .`.",
        "diff": DIFF,
    }
    return Proposal(**{**told, **changes})


def test_a_pull_request(snapshot: SnapshotAssertion) -> None:
    """It tells the failure, the command that shows it, the change's size and price, the checks, how to stop it."""
    assert render_pull(a_proposal()) == snapshot


def test_a_suggestion(snapshot: SnapshotAssertion) -> None:
    """Where the policy lets the bot only suggest, the issue has the diff and how to apply it."""
    assert render_issue(a_proposal()) == snapshot


@pytest.mark.parametrize(
    ("fixer", "price", "said"),
    [
        ("ruff", None, "nothing: no model was asked"),
        ("agent", None, "not known"),
        ("agent", Decimal("0.42"), "$0.42"),
    ],
)
def test_the_price(fixer: str, price: Decimal | None, said: str) -> None:
    """What is not known is never said to cost nothing."""
    text = render_pull(a_proposal(fix=a_fix(fixer=fixer, price=price)))
    assert f"| Price | {said} |" in text


def test_many_files_and_no_label() -> None:
    """Of many files the first are named; without a label none is spoken of."""
    files = tuple(f"src/{number}.py" for number in range(25))
    text = render_pull(a_proposal(change=a_change(files=files), label="", told=""))
    assert "25 files, +0 -1 lines" in text
    assert "`src/19.py` and 5 more" in text
    assert "The label" not in text


def test_hostile_text_renders_nowhere() -> None:
    """What a log says stands in code spans and fences it cannot leave, and closes or mentions nothing."""
    failure = a_failure(message=HOSTILE, excerpt=tuple(HOSTILE.splitlines()), tool=HOSTILE)
    trouble = a_trouble(failure=failure, job=HOSTILE)
    for render in (render_pull, render_issue):
        text = render(a_proposal(fix=a_fix(trouble=trouble), diff=HOSTILE, change=a_change(files=(HOSTILE,))))
        assert text.count("<!-- pilothouse:fix ") == 1
        fenced = fence(HOSTILE)
        assert fenced.startswith("````")
        outside = text.replace(fenced, "").replace(fence(HOSTILE, "diff"), "").replace(code(HOSTILE), "")
        assert "everyone" not in outside
        assert "evil" not in outside
    assert fix_title(trouble) == "Fix what a linter complains of in src/quay.py"
    assert HOSTILE not in commit_message(a_fix(trouble=trouble))


@pytest.mark.parametrize(
    ("cause", "path", "title"),
    [
        (Cause.FORMAT, "crates/core/src/lib.rs", "Fix the formatting in crates/core/src/lib.rs (ruff)"),
        (Cause.COMPILE, "a b.rs", "Fix a compile error (ruff)"),
        (Cause.INFRASTRUCTURE, "@everyone", "Fix a failure (ruff)"),
    ],
)
def test_titles(cause: Cause, path: str, title: str) -> None:
    """A title is made of words of our own, and of a path only where that is nothing but one."""
    failure = a_failure(cause=cause, locations=(Location(path=path, line=1),))
    assert fix_title(a_trouble(failure=failure)) == title


def test_names() -> None:
    """One failure has one branch, and its commit says which try it was."""
    assert fix_branch(a_trouble()) == "pilothouse/fix-01234567"
    assert commit_message(a_fix()) == (
        f"Fix what a linter complains of in src/quay.py (ruff)\n\nThe build {URL} is red without it.\n\n"
        "Pilothouse-Fix: 01234567-89abcdef\n"
    )


@pytest.mark.parametrize("word", list(Word))
@pytest.mark.parametrize("end", [BuildEnd.MENDED, BuildEnd.STILL, BuildEnd.WORSE])
def test_words(word: Word, end: BuildEnd, snapshot: SnapshotAssertion) -> None:
    """Each word that is said on a fix."""
    build = SeenBuild(end=end, url=f"{URL}0", failures=("[`lint`](x): `F401`",))
    assert render_word(a_fix(), word, build) == snapshot


def test_a_word_without_a_build() -> None:
    """Where there is no build, its workflow is named without a link."""
    text = render_word(a_fix(), Word.FIXED, SeenBuild(end=BuildEnd.GREEN))
    assert "The build of CI no longer has the failure. A person" in text


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (Next(state=FixState.MERGED), "It was merged."),
        (Next(state=FixState.CLOSED), "A person closed it."),
        (Next(state=FixState.PROPOSED), ""),
        (Next(state=FixState.CLOSED, word=Word.LAST), "No other try follows, so this is closed."),
    ],
)
def test_rows(after: Next, said: str) -> None:
    """A row says what was said on its pull request, or what people did."""
    assert how_it_went(a_fix(), after, SeenBuild(end=BuildEnd.NONE)).startswith(said)

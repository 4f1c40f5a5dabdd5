"""What people read in the notes of a release, and in the answers to what it would hold."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.releases.notes.changelog import LONGEST, prose, render_changelog
from bot.releases.notes.entries import Section, by_section, entries, needed_bump
from bot.releases.notes.render import render_plan
from tests.support.notes import FACTS, NOTES, change

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from bot.releases.model import Change

HOSTILE = "feat(`x`|@ada): <img src=x> @acme/all #1 https://evil.example [a](b) `code` *bold* | :tada:"
CHANGES = (
    change(
        "feat(api)!: drop the old endpoint (#12)", 12, body="BREAKING CHANGE: call `/v2` instead\nfrom now on"
    ),
    change("refactor!: need Python 3.11", login=""),
    change("feat(web): add a button (#14)", 14, login="eve"),
    change("feat(api): add `limit` (#13)", 13),
    change("feat: add colours", 15, login="new-one"),
    change("fix(api): count twice (#11)", 11),
    change("perf: be quick", 10),
    change('Revert "feat: try it (#2)" (#9)', 9),
    change("docs: say how", 8),
    change("chore(deps): bump semver from 3.0.1 to 3.0.2 (#7)", 7, login="dependabot[bot]"),
    change("Bump ruff", 6, login="dependabot[bot]", labels=("dependencies",)),
    change("ci: run on arm64 (#5)", 5),
    change("Update README.md"),
    change("chore(release): 1.4.2"),
    change("chore: release v1.4.1"),
)
FULL = replace(NOTES, changes=CHANGES, commits=15, newcomers=("new-one", "nobody"))


def test_notes(snapshot: SnapshotAssertion) -> None:
    """What breaks is told first, then features, fixes and the rest, with pull requests, people and the comparison."""
    assert render_changelog(FULL, "v1.5.0") == snapshot


def test_first(snapshot: SnapshotAssertion) -> None:
    """The first release has nothing to compare with; what could not be read is said."""
    first = replace(FULL, previous_tag="", changes=CHANGES[:1], is_complete=False, newcomers=())
    assert render_changelog(first, "v1.0.0") == snapshot


def test_nothing_worth_telling(snapshot: SnapshotAssertion) -> None:
    """A release of nothing but earlier releases says so."""
    assert render_changelog(replace(NOTES, changes=CHANGES[-2:]), "v1.5.0") == snapshot


def test_hostile(snapshot: SnapshotAssertion) -> None:
    """Nothing that a title, scope, login or footer says renders, links or mentions anybody."""
    hostile = change(HOSTILE, 3, login="x](http://evil.example)", body=f"BREAKING CHANGE: {HOSTILE}\n\n# Big")
    shown = render_changelog(replace(NOTES, changes=(hostile, change("@all #2 <b>", 4))), "v1.5.0")
    assert shown == snapshot
    assert "<img" not in shown
    assert "@acme" not in shown


@pytest.mark.parametrize("count", [3_000, 40])
def test_too_long(count: int) -> None:
    """What is too much for GitHub is cut from the end of what tells least, and how much is missing is said."""
    long = "x" * (50 if count > 1000 else 20_000)
    many = [change(f"feat!: {long}", n + 1, body=f"BREAKING CHANGE: {long * 2}") for n in range(count // 20)]
    many += [change(f"fix: {long} {n}", n + 1) for n in range(count)]
    many += [change(f"{long} {n}", n + 1) for n in range(count)]
    shown = render_changelog(replace(NOTES, changes=tuple(many)), "v1.5.0")
    assert len(shown) <= LONGEST
    assert shown.startswith("### Breaking changes")
    assert "compare/v1.4.2...v1.5.0" in shown
    assert count == 40 or "more" in shown


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=600), max_size=30))
def test_never_too_long(titles: list[str]) -> None:
    """Whatever the titles are, the notes keep to their limit."""
    notes = replace(NOTES, changes=tuple(change(title, 1) for title in titles))
    assert len(render_changelog(notes, "v1.5.0", limit=3_000)) <= 3_000


def test_code_is_kept() -> None:
    """What a message marks as code stays code, and its spaces stay."""
    assert prose("add `a_b` and `c`") == "add `a_b` and `c`"
    assert prose(" a `b`c ` d*") == "a `b`c \\` d\\*"


def test_sections() -> None:
    """Each change stands in one section, those of one scope next to each other, the ones without at the end."""
    grouped = by_section(entries(CHANGES))
    assert list(grouped) == list(Section)
    assert [entry.message.scope for entry in grouped[Section.FEATURES]] == ["api", "web", ""]
    assert [len(found) for found in grouped.values()] == [2, 3, 1, 1, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("changes", "needed"),
    [((), None), (CHANGES[-3:], None), (CHANGES[5:], "patch"), (CHANGES[2:], "minor"), (CHANGES, "major")],
)
def test_needed(changes: tuple[Change, ...], needed: str | None) -> None:
    """The largest step that any change asks for is needed."""
    assert needed_bump(changes) == needed


def test_plan(snapshot: SnapshotAssertion) -> None:
    """A plan says what a version would hold, and warns of what is probably not meant."""
    said = render_plan(replace(FULL, facts=replace(FACTS, version="1.6.0-rc1")), "v1.6.0-rc1")
    assert said == snapshot
    assert not re.search(r"#\d", said), "a comment that names it is told on each pull request"
    assert "⚠️" not in render_plan(FULL, "v1.5.0")
    bare = render_plan(replace(NOTES, previous_tag="", commits=1), "v1.5.0")
    assert "would hold 1 commit." in bare

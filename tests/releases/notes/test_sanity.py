"""Whether a version can be the next one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.reasons import Reason
from bot.config.merging import Bump
from bot.decisions.model import Outcome, Standing, conclude
from bot.releases.notes.sanity import (
    VersionFacts,
    advice,
    is_latest,
    judge_version,
    line_of,
    proposed,
)
from tests.support.notes import FACTS


def facts(**changes: object) -> VersionFacts:
    """This function will change what is known of a version that nothing stands against."""
    return replace(FACTS, **changes)  # type: ignore[arg-type] # the test names real fields


def reason_of(known: VersionFacts) -> str:
    """This function will decide, and return why not."""
    return conclude("release", judge_version(known)).reason


def maintained(version: str, **changes: object) -> VersionFacts:
    """This function will make the facts of a version on a maintenance branch."""
    known = facts(branch="1.x", is_default_branch=False, top="2.3.0", version=version)
    return replace(known, **changes)  # type: ignore[arg-type] # as above


def test_good() -> None:
    """A version that is newer and says what its changes do goes ahead."""
    assert conclude("release", judge_version(FACTS)).outcome is Outcome.PROCEED


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (facts(version="1.4.2"), Reason.VERSION_NOT_NEWER),
        (facts(version="1.4.1"), Reason.VERSION_NOT_NEWER),
        (facts(version="1.4.2+build.2"), Reason.VERSION_NOT_NEWER),
        (facts(version="1.5.0-rc.1", rival="1.5.0-rc.2"), Reason.VERSION_NOT_NEWER),
        (facts(version="1.4.3"), Reason.VERSION_TOO_SMALL),
        (facts(version="1.4.3-rc.1"), Reason.VERSION_TOO_SMALL),
        (facts(version="1.5.0", needed=Bump.MAJOR), Reason.VERSION_TOO_SMALL),
        (facts(version="0.4.3", last="0.4.2", rival="0.4.2", needed=Bump.MAJOR), Reason.VERSION_TOO_SMALL),
        (facts(changes=0), Reason.NOTHING_TO_RELEASE),
        (maintained("2.4.0"), Reason.VERSION_INVALID),
        (maintained("1.5.0", branch="release/1.4"), Reason.VERSION_INVALID),
    ],
)
def test_bad(known: VersionFacts, reason: Reason) -> None:
    """A version that is not newer, says too little, holds nothing or lies beside its branch's line is refused."""
    decision = conclude("release", judge_version(known))
    assert (decision.outcome, decision.reason) == (Outcome.REFUSE, reason)
    open_ones = [condition for condition in decision.conditions if condition.is_open]
    assert all(condition.who and condition.reason for condition in open_ones)


@pytest.mark.parametrize(
    "known",
    [
        facts(version="2.0.0", needed=Bump.MAJOR),
        facts(version="2.0.0"),
        facts(version="1.5.0-rc.1"),
        facts(version="1.4.3", needed=None),
        facts(version="1.4.3", is_strict=False),
        facts(version="0.4.3", last="0.4.2", rival="0.4.2"),
        facts(version="0.0.3", last="0.0.2", rival="0.0.2", needed=Bump.MAJOR),
        facts(version="1.0.0", previous="", last="", newest="", rival="", top="", changes=0),
        facts(version="1.0.0", previous="1.0.0-rc.1", last="", newest="1.0.0-rc.1", rival="", top=""),
        maintained("1.5.0"),
        maintained("1.5.0", branch="next"),
    ],
)
def test_allowed(known: VersionFacts) -> None:
    """A larger version than needed, a first one, one of a maintained line: all of them may be meant."""
    assert reason_of(known) == ""


def test_the_policy_lets_it_pass() -> None:
    """A version that says too little is shown to do so also where the policy allows it."""
    size = judge_version(facts(version="1.4.3", is_strict=False))[-1]
    assert size.standing is Standing.WAIVED
    assert "1.5.0 or more" in size.text


def test_proposed() -> None:
    """The refusal names the version that would do."""
    size = judge_version(facts(version="1.4.3"))[-1]
    assert "`/release 1.5.0`" in size.who
    assert str(proposed(facts(needed=None))) == "1.4.3"
    assert str(proposed(FACTS, prerelease="rc")) == "1.5.0-rc.1"


def test_older_line() -> None:
    """Who wants to release an older line from the default branch is told how that is done."""
    newer = judge_version(facts(version="1.4.3", rival="2.0.0"))[1]
    assert "`1.x`" in newer.who


def test_no_version() -> None:
    """What is no version cannot be judged."""
    with pytest.raises(ValueError, match="no version"):
        judge_version(facts(version=""))


@pytest.mark.parametrize(
    ("branch", "line"),
    [
        ("1.x", "1.x"),
        ("1.2.x", "1.2.x"),
        ("v2", "2.x"),
        ("1.2", "1.2.x"),
        ("release/1.2", "1.2.x"),
        ("release-3.x", "3.x"),
        ("maint/v1", "1.x"),
        ("stable_10.4", "10.4.x"),
        ("main", None),
        ("next", None),
        ("feature-12", None),
        ("01.x", None),
        ("1.2.3", None),
        ("release/1.2/fix", None),
    ],
)
def test_lines(branch: str, line: str | None) -> None:
    """The usual names of maintenance branches say which versions they are for; others say nothing."""
    found = line_of(branch)
    assert (None if found is None else str(found)) == line


@pytest.mark.parametrize(
    ("known", "latest"),
    [
        (FACTS, True),
        (facts(top=""), True),
        (facts(version="1.5.0-rc.1"), False),
        (maintained("1.5.0"), False),
        (facts(version=""), False),
    ],
)
def test_latest(known: VersionFacts, latest: bool) -> None:  # noqa: FBT001 - a column of the table
    """Only the newest release of all is what people get who ask for none."""
    assert is_latest(known) is latest


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (FACTS, []),
        (facts(version="1.4.4"), ["left out"]),
        (facts(version="3.0.0"), ["left out"]),
        (facts(version="1.5.0-rc1"), ["`rc10` comes before `rc2`"]),
        (facts(version="1.5.0-rc.1"), []),
        (facts(version="9.0.0-beta2"), ["`beta10` comes before", "left out"]),
        (facts(version=""), []),
        (facts(version="1.0.0", last=""), []),
    ],
)
def test_advice(known: VersionFacts, words: list[str]) -> None:
    """What is allowed and yet probably not meant is said."""
    said = advice(known)
    assert len(said) == len(words)
    assert all(word in text for word, text in zip(words, said, strict=True))

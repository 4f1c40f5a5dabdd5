"""Which versions lie before another one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.releases.notes.lineage import Past, Tagged, lineage
from bot.releases.notes.model import Asked
from bot.releases.notes.versions import TagNames
from tests.support.notes import sha_of

NAMES = TagNames("v{version}")
ASKED = Asked(version="1.5.0", tag=NAMES.pattern, branch="main", sha=sha_of(1))
TAGS = (
    *("v1.0.0", "v1.4.0", "v1.4.1", "v1.4.2", "v1.5.0-rc.1", "v1.5.0-rc.10", "v1.5.0-rc.2"),
    *("v2.0.0", "v2.0.1", "v2.1.0-beta.1", "nightly", "v3", "web-v9.0.0"),
)


def tagged(tag: str) -> Tagged:
    """This function will read a tag."""
    version = NAMES.version_of(tag)
    assert version is not None
    return Tagged(version, tag)


def names_of(asked: Asked) -> list[str]:
    """This function will name the candidates in order."""
    return [one.tag for one in lineage(TAGS, asked, default_branch="main").candidates]


def test_candidates() -> None:
    """Versions are looked for from the newest down, and tags of other things are none."""
    assert names_of(replace(ASKED, version="")) == [
        *("v2.1.0-beta.1", "v2.0.1", "v2.0.0", "v1.5.0-rc.10", "v1.5.0-rc.2", "v1.5.0-rc.1"),
        *("v1.4.2", "v1.4.1", "v1.4.0", "v1.0.0"),
    ]


def test_candidates_of_a_release() -> None:
    """Before a release only releases are looked for; before a pre-release all."""
    assert names_of(ASKED) == ["v2.0.1", "v2.0.0", "v1.4.2", "v1.4.1", "v1.4.0", "v1.0.0"]
    assert "v1.5.0-rc.2" in names_of(replace(ASKED, version="1.5.0-rc.11"))


def test_own_tag() -> None:
    """A tag that a release has already made is not taken for an earlier version when it goes on."""
    assert "v1.4.2" not in names_of(replace(ASKED, version="1.4.2"))


def test_maintenance() -> None:
    """On a maintenance branch its own line comes first, then what lies below it, and nothing above."""
    assert names_of(replace(ASKED, branch="1.4.x")) == ["v1.4.2", "v1.4.1", "v1.4.0", "v1.0.0"]
    assert names_of(replace(ASKED, branch="2.x"))[0] == "v2.0.1"
    assert names_of(replace(ASKED, branch="1.x", version="1.5.0-rc.11"))[0] == "v1.5.0-rc.10"


@pytest.mark.parametrize(
    ("version", "previous"),
    [
        ("1.5.0", "v1.4.2"),
        ("1.5.0-rc.11", "v1.5.0-rc.10"),
        ("", "v1.4.2"),
    ],
)
def test_previous(version: str, previous: str) -> None:
    """A release tells what is new since the last release, a pre-release what is new since the one before it.

    https://github.com/absolute-version/commit-and-tag-version/issues/349
    """
    known = lineage(TAGS, replace(ASKED, version=version), default_branch="main")
    past = Past(last=tagged("v1.4.2"), newest=tagged("v1.5.0-rc.10"))
    found = known.previous(past)
    assert found is not None
    assert found.tag == previous


def test_previous_of_the_first() -> None:
    """The first release tells everything, also what pre-releases told; the first pre-release does as well."""
    known = lineage((), ASKED, default_branch="main")
    assert known.previous(Past(last=None, newest=tagged("v1.5.0-rc.1"))) is None
    assert known.top is None
    first = lineage((), replace(ASKED, version="1.5.0-rc.1"), default_branch="main")
    assert first.previous(Past(last=None, newest=None)) is None


@pytest.mark.parametrize(
    ("version", "branch", "rival"),
    [
        ("1.5.0", "main", "2.0.1"),  # whatever lies elsewhere
        ("2.1.0", "main", "2.0.1"),
        ("2.1.0-beta.2", "main", "2.1.0-beta.1"),
        ("1.5.0", "1.x", "1.4.2"),
        ("1.4.3", "1.4.x", "1.4.2"),
        ("1.5.0-rc.3", "1.x", "1.5.0-rc.10"),
        ("3.0.0", "next", "1.4.2"),
        ("2.0.1", "next", "1.4.2"),  # its own tag, of which the story knows more
        ("2.0.1+again", "next", "2.0.1"),
        ("", "main", "2.0.1"),
    ],
)
def test_rival(version: str, branch: str, rival: str) -> None:
    """A version must be newer than all of its own line, and on the default branch than every release."""
    known = lineage(TAGS, replace(ASKED, version=version, branch=branch), default_branch="main")
    past = Past(last=tagged("v1.4.2"), newest=tagged("v1.4.2"))
    assert str(known.rival(past)) == rival


def test_no_rival() -> None:
    """The first version has none."""
    assert lineage((), ASKED, default_branch="main").rival(Past(last=None, newest=None)) is None

"""Versions, as Semantic Versioning orders them and tags carry them."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from semver import Version

from bot.config.merging import Bump
from bot.config.releasing import ReleaseConfig
from bot.releases.notes.versions import (
    TagNames,
    largest,
    least_version,
    next_version,
    parse_version,
    tag_names,
)

# https://semver.org/#spec-item-11
ORDERED = [
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "2.0.0",
    "2.1.0",
    "2.1.1",
]
# https://semver.org/#is-there-a-suggested-regular-expression-regex-to-check-a-semver-string
INVALID = [
    "1",
    "1.2",
    "1.2.3-0123",
    "1.2.3-0123.0123",
    "1.1.2+.123",
    "+invalid",
    "-invalid",
    "alpha",
    "alpha.beta",
    "1.0.0-alpha_beta",
    "1.0.0-alpha..",
    "01.1.1",
    "1.01.1",
    "1.1.01",
    "1.2.3.DEV",
    "1.2-SNAPSHOT",
    "1.2-RC-SNAPSHOT",
    "-1.0.3-gamma+b7718",
    "9.8.7+meta+meta",
]
VALID = [
    "0.0.4",
    "10.20.30",
    "1.1.2-prerelease+meta",
    "1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay",
    "1.0.0-0A.is.legal",
    "2.0.1-alpha.1227",
    "1.2.3----RC-SNAPSHOT.12.9.1--.12+788",
    "99999999999999999999999.999999999999999999.99999999",
]


@pytest.mark.parametrize("text", VALID)
def test_valid(text: str) -> None:
    """What the specification calls valid is read and written back as it was."""
    assert str(parse_version(text)) == text


@pytest.mark.parametrize("text", [*INVALID, "", " 1.0.0", "1.0.0\n", "v1.0.0", "1.0.٣", "1.0." + "9" * 5000])
def test_invalid(text: str) -> None:
    """What the specification calls invalid is no version, however long or foreign its digits."""
    assert parse_version(text) is None


def test_order() -> None:
    """Versions are ordered as the specification orders them."""
    read = [Version.parse(text) for text in ORDERED]
    assert all(before < after for before, after in pairwise(read))


@pytest.mark.parametrize(
    ("pattern", "tag", "version"),
    [
        ("v{version}", "v1.2.3", "1.2.3"),
        ("v{version}", "1.2.3", None),
        ("v{version}", "v1.2", None),
        ("v{version}", "vapi-v1.2.3", None),
        ("{version}", "1.2.3-rc.1", "1.2.3-rc.1"),
        ("{version}", "v1.2.3", None),
        ("api-v{version}", "api-v1.2.3", "1.2.3"),
        ("sub/dir/v{version}", "sub/dir/v0.1.0", "0.1.0"),
        ("name@{version}", "name@1.0.0", "1.0.0"),
    ],
)
def test_tags(pattern: str, tag: str, version: str | None) -> None:
    """A tag is read only as its pattern writes it, so components never take each other's tags."""
    names = TagNames(pattern)
    found = names.version_of(tag)
    assert (None if found is None else str(found)) == version
    assert found is None or names.tag_of(found) == tag


@pytest.mark.parametrize("typed", ["1.2.3", "v1.2.3", "V1.2.3", "api-v1.2.3"])
def test_typed(typed: str) -> None:
    """People may write a version plain, with a v, or as its tag."""
    assert str(TagNames("api-v{version}").read(typed)) == "1.2.3"
    assert TagNames("api-v{version}").read("web-v1.2.3") is None


def test_component_tags() -> None:
    """A component's tags are named after it where the policy does not say how."""
    config = msgspec.convert(
        {
            "components": {
                "api": {"paths": ["api/*"]},
                "web": {"paths": ["web/*"], "tag": "web@{version}"},
            }
        },
        ReleaseConfig,
    )
    assert tag_names(config).pattern == "v{version}"
    assert tag_names(config, "api").pattern == "api-v{version}"
    assert tag_names(config, "web").pattern == "web@{version}"
    assert tag_names(config, "gone").pattern == "gone-v{version}"


@pytest.mark.parametrize(
    ("last", "needed", "least"),
    [
        ("1.4.2", Bump.PATCH, "1.4.3"),
        ("1.4.2", Bump.MINOR, "1.5.0"),
        ("1.4.2", Bump.MAJOR, "2.0.0"),
        ("0.4.2", Bump.PATCH, "0.4.3"),
        ("0.4.2", Bump.MINOR, "0.4.3"),
        ("0.4.2", Bump.MAJOR, "0.5.0"),
        ("0.0.2", Bump.MAJOR, "0.0.3"),
    ],
)
def test_least(last: str, needed: Bump, least: str) -> None:
    """A version must say what its changes do, and below 1.0.0 only what breaks."""
    assert str(least_version(Version.parse(last), needed)) == least


@pytest.mark.parametrize(
    ("last", "newest", "needed", "label", "proposed"),
    [
        (None, None, Bump.MAJOR, None, "0.1.0"),
        (None, None, Bump.MINOR, "rc", "0.1.0-rc.1"),
        (None, "1.0.0-rc.2", Bump.PATCH, None, "1.0.0"),
        (None, "1.0.0-rc.2", Bump.PATCH, "rc", "1.0.0-rc.3"),
        ("1.4.2", "1.4.2", Bump.PATCH, None, "1.4.3"),
        ("1.4.2", "1.4.2", Bump.MINOR, None, "1.5.0"),
        ("1.4.2", "1.4.2", Bump.MAJOR, None, "2.0.0"),
        ("0.4.2", "0.4.2", Bump.MAJOR, None, "0.5.0"),
        ("0.4.2", "0.4.2", Bump.MINOR, None, "0.5.0"),
        ("0.4.2", "0.4.2", Bump.PATCH, None, "0.4.3"),
        ("1.4.2", "1.5.0-rc.9", Bump.PATCH, None, "1.5.0"),
        ("1.4.2", "1.5.0-rc.9", Bump.MINOR, "rc", "1.5.0-rc.10"),
        ("1.4.2", "1.5.0-rc.9", Bump.MINOR, "beta", "1.5.0-beta.1"),
        ("1.4.2", "1.5.0-rc.9", Bump.MAJOR, "rc", "2.0.0-rc.1"),
        ("1.4.2", "1.5.0-rc", Bump.MINOR, "rc", "1.5.0-rc.1"),
    ],
)
def test_next(last: str | None, newest: str | None, needed: Bump, label: str | None, proposed: str) -> None:
    """What comes next follows from the last release, the pre-releases since and the changes."""
    read = [None if text is None else Version.parse(text) for text in (last, newest)]
    assert str(next_version(read[0], read[1], needed, prerelease=label)) == proposed


parts = st.integers(0, 30)


@given(parts, parts, parts, st.sampled_from(Bump), st.sampled_from([None, "rc", "beta"]))
def test_next_is_enough(major: int, minor: int, patch: int, needed: Bump, label: str | None) -> None:
    """What is proposed is newer than the last and says what the changes ask for."""
    last = Version(major, minor, patch)
    proposed = next_version(last, last, needed, prerelease=label)
    assert proposed > last
    assert proposed.replace(prerelease=None) >= least_version(last, needed)


def test_largest() -> None:
    """The largest step counts; changes of which users see nothing ask for none."""
    assert largest([None, Bump.PATCH, Bump.MAJOR, Bump.MINOR]) is Bump.MAJOR
    assert largest([None]) is None

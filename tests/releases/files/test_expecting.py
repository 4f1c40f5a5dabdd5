"""Which files a release must have, and what is wrong with those that are there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.reasons import Reason
from bot.config.releasing import AssetConfig, ProvenanceConfig, ReleaseConfig
from bot.releases.files.expecting import checksums_name, expected_files, matches, problems_of_files
from bot.releases.files.model import Expected
from tests.support.release_facts import SCOPE, asset


def expected(pattern: str, smallest: int = 1) -> Expected:
    """This function will make an expectation."""
    return Expected(pattern=pattern, smallest=smallest, needs_provenance=False)


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("a.zip", "a.zip", True),
        ("a.zip", "a.zip.sig", False),
        ("*.zip", "a.zip", True),
        ("*.zip", ".zip", True),
        ("a*", "a", True),
        ("a*a", "a", False),
        ("a*b*c", "axbxc", True),
        ("a*b*c", "axc", False),
        ("a*b*b", "ab", False),
        ("a*b*b", "abb", True),
        ("*", "anything", True),
        ("**", "anything", True),
        ("[a].zip", "a.zip", False),
        ("?.zip", "a.zip", False),
    ],
)
def test_a_star_is_any_text_and_nothing_else_is_special(pattern: str, name: str, fits: bool) -> None:  # noqa: FBT001 - a case
    assert matches(expected(pattern), name) is fits


@given(st.lists(st.text("ab", max_size=3), min_size=1, max_size=5), st.text("ab", max_size=3))
def test_what_a_pattern_is_made_of_fits_it(parts: list[str], between: str) -> None:
    assert matches(expected("*".join(parts)), between.join(parts))


def test_words_in_names_stand_for_the_version_and_the_tag() -> None:
    scope = replace(
        SCOPE,
        assets=(
            AssetConfig(name="boat-{version}.zip", smallest=5),
            AssetConfig(name="{tag}.txt", provenance=False),
        ),
        checksums="SUMS-{tag}",
    )
    config = ReleaseConfig(provenance=ProvenanceConfig(required=True))
    assert expected_files(scope, config, version="1.0.0", tag="v1.0.0") == (
        Expected(pattern="SUMS-v1.0.0", smallest=1, needs_provenance=False),
        Expected(pattern="boat-1.0.0.zip", smallest=5, needs_provenance=True),
        Expected(pattern="v1.0.0.txt", smallest=1, needs_provenance=False),
    )
    assert checksums_name(SCOPE, version="1.0.0", tag="v1.0.0") == ""
    assert len(expected_files(SCOPE, config, version="1.0.0", tag="v1.0.0")) == 1


def test_whole_files_have_no_problem() -> None:
    assert problems_of_files((expected("*.zip"),), (asset("a.zip"), asset("b.txt"))) == ()


def test_every_problem_is_told() -> None:
    wanted = (expected("*.zip", smallest=100), expected("*.exe"), expected("*.deb"))
    there = (
        asset("a.zip", size=99),
        asset("b.zip", state="open"),
        asset("c.txt", size=0),
        asset("d.txt", digest="md5:1"),
    )
    problems = problems_of_files(wanted, there)
    assert [(one.reason, one.may_pass) for one in problems] == [
        (Reason.ASSETS_MISSING, True),
        (Reason.ASSET_BROKEN, False),
        (Reason.ASSET_BROKEN, True),
        (Reason.ASSET_BROKEN, False),
        (Reason.ASSET_BROKEN, False),
    ]
    assert problems[0].text == ("Missing: `*.exe`, `*.deb`. There is `a.zip`, `b.zip`, `c.txt`, `d.txt`.")


def test_a_release_without_any_file_says_so() -> None:
    (problem,) = problems_of_files((expected("*.zip"),), ())
    assert problem.text == "Missing: `*.zip`. There is no file at all."


def test_a_long_list_is_cut() -> None:
    there = tuple(asset(f"{number}.txt") for number in range(25))
    (problem,) = problems_of_files((expected("*.zip"),), there)
    assert problem.text.endswith("`19.txt` and 5 more.")

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from bot.config.pipeline import Kind, PipelineConfig
from bot.pack.configuring import configured
from bot.pack.detecting import detect
from bot.pack.model import Found, Layout, Member, Suite
from bot.pack.suggesting import suggest
from tests.support.layouts import NAMES, layout

NOTHING = Layout(paths=frozenset(), manifests={})


def _suggested(name: str) -> PipelineConfig:
    there = layout(name)
    found = suggest(detect(there), there)
    assert found is not None
    return found


def _workspace(*folders: str) -> Found:
    members = tuple(Member(name=PurePosixPath(folder).name or "boat", folder=folder) for folder in folders)
    return Found(name="rust", kind=Kind.CARGO, folder=".", members=members)


def _groups(*found: Found) -> dict[str, tuple[str, ...]]:
    said = suggest(found, NOTHING)
    assert said is not None
    return {name: group.packages for name, group in said.groups.items()}


def test_nothing_is_suggested_for_nothing() -> None:
    """An empty repository has no pipeline; a person has to say what it will be built with."""
    assert suggest((), NOTHING) is None


@pytest.mark.parametrize("name", sorted({*NAMES} - {"empty"}))
def test_what_is_suggested_is_a_policy_that_holds(name: str) -> None:
    """It is written for each repository, read back, and means the same."""
    said = _suggested(name)
    text = configured(None, said)
    assert configured(text, said) == text


@pytest.mark.parametrize(
    ("name", "groups", "suites"),
    [
        ("cargo-single", [], ["execution-order-tests", "integration"]),
        (
            "cargo-nested",
            ["seine-tests", "errors-tests", "globs-tests", "printer-tests", "ci-tests", "hidden-tests"],
            ["integration", "pcre2-proptests", "globs-matching", "printer-matching"],
        ),
        (
            "cargo-virtual",
            ["tests-integration", "tide-tests", "macros-tests", "util-tests"],
            ["process-stdio", "net-tls", "tide-rt-common", "tide-util-rt-common"],
        ),
        (
            "go-work",
            [
                *("go-tests", "apps-advisor-tests", "pkg-storage-unified-tests", "pkg-promlib-tests"),
                *("alone-integration-tests", "internal-tests"),
            ],
            ["e2e", "integration"],
        ),
        ("mixed", ["core-tests", "server-tests"], ["core-api", "server-api", "e2e", "python-e2e"]),
    ],
)
def test_parts_and_suites_are_named_shortly(name: str, groups: list[str], suites: list[str]) -> None:
    """Without the word that all share, and with the project's name where two would have the same."""
    said = _suggested(name)
    assert (list(said.groups), list(said.suites)) == (groups, suites)


def test_only_what_is_not_the_first_project_s_is_said_to_be_another_s() -> None:
    """A policy stays short where there is one project."""
    said = _suggested("mixed")
    assert {name: suite.project for name, suite in said.suites.items()} == {
        "core-api": None,
        "server-api": None,
        "e2e": "web",
        "python-e2e": "python",
    }


def test_programs_are_released_with_an_image() -> None:
    """A Dockerfile that is there builds by itself; that of the pack, which packs what was built, lies beside it."""
    nested, single = _suggested("cargo-nested").release, _suggested("cargo-single").release
    assert nested is not None
    assert single is not None
    assert (nested.binaries, nested.images["sn"].dockerfile) == (("sn",), "docker/Dockerfile")
    assert (single.binaries, single.images["gauge"].dockerfile) == (("gauge", "gauge-report"), "Dockerfile")
    assert _suggested("poetry").release is None
    other = suggest((*detect(layout("poetry")), *detect(layout("cargo-single"))), NOTHING)
    assert other is not None
    assert other.release is not None
    assert other.release.project == "rust"


def test_many_parts_are_bundled_by_folder() -> None:
    """Each job builds for itself: past twenty, those of one folder are tested together, fifty at a time."""
    folders = [f"libs/lib{number}" for number in range(60)] + ["apps/server", "."]
    groups = _groups(_workspace(*folders))
    assert {name: len(packages) for name, packages in groups.items()} == {
        "libs-tests": 50,
        "libs-2-tests": 10,
        "apps-tests": 1,
        "boat-tests": 1,
    }


@pytest.mark.parametrize(("count", "jobs"), [(1, 0), (2, 2), (20, 20), (21, 1), (400, 8), (401, 0)])
def test_what_is_too_many_is_tested_as_a_whole(count: int, jobs: int) -> None:
    """One part is the whole; hundreds of names would be a policy that nobody reads."""
    assert len(_groups(_workspace(*(f"libs/lib{number}" for number in range(count))))) == jobs


def test_no_job_is_named_as_one_of_the_workflows() -> None:
    """A suite called all-tests would be one job with the workflow's own."""
    suites = tuple(Suite(name=name, run="true") for name in ("all-tests", "plan", "e2e"))
    one = Found(name="a", kind=Kind.CARGO, folder=".", suites=suites)
    two = Found(name="b", kind=Kind.GO, folder="b", suites=suites)
    said = suggest((one, two), NOTHING)
    assert said is not None
    assert list(said.suites) == ["a-all-tests", "a-plan", "e2e", "b-all-tests", "b-plan", "b-e2e"]

"""What a policy about its pipeline cannot mean, each time with its place."""

from __future__ import annotations

import pytest

from bot.config.repository import ConfigurationErrors, RepositoryConfig, configuration_from_yaml

_PROJECTS = "pipeline:\n  projects:\n    main: {kind: cargo}\n    web: {kind: node, manager: pnpm}\n"
_OWN = "the workflow has a job of that name itself"


def _told(text: str) -> list[str]:
    found = configuration_from_yaml(text.encode())
    return [mistake.message for mistake in found.mistakes] if isinstance(found, ConfigurationErrors) else []


@pytest.mark.parametrize(
    ("said", "place", "told"),
    [
        ("  groups: {ci-build: {packages: [x]}}", "pipeline.groups.ci-build", _OWN),
        ("  groups: {all-tests: {packages: [x]}}", "pipeline.groups.all-tests", _OWN),
        ("  suites: {tests-all: {run: x}}", "pipeline.suites.tests-all", _OWN),
        (
            "  groups: {a: {packages: [x], project: no}}",
            "pipeline.groups.a.project",
            "no is none of `projects`",
        ),
        ("  suites: {a: {run: x, project: no}}", "pipeline.suites.a.project", "no is none of `projects`"),
        ("  release: {binaries: [x], project: no}", "pipeline.release.project", "no is none of `projects`"),
        (
            "  suites: {a: {run: 'echo ${{ github.head_ref }}'}}",
            "pipeline.suites.a.run",
            "it may not hold ${{",
        ),
        ("  nightly: midnight", "pipeline.nightly", "this is no cron expression"),
        ("  nightly: 0 0 L * *", "pipeline.nightly", "this is no cron expression"),
        ("  nightly: 0 0 * * 1#2", "pipeline.nightly", "this is no cron expression"),
        ("  nightly: 0 25 * * *", "pipeline.nightly", "this is no cron expression"),
        (
            "  release: {binaries: [x], images: {i: {binaries: [y]}}}",
            "pipeline.release.images.i.binaries",
            "y is none of the release's binaries",
        ),
        (
            "  release: {binaries: [x], images: {i: {binaries: [x]}, j: {binaries: [x]}}}",
            "pipeline.release.images.j.dockerfile",
            "the image i has that one",
        ),
        (
            "  release: {binaries: [x], project: web}",
            "pipeline.release.project",
            "programs are built of cargo and go; this one is node",
        ),
        (
            "  release: {binaries: [x], registry: ecr}",
            "pipeline.release.registry",
            "`infrastructure` has to say in which region",
        ),
        (
            "  release: {binaries: [x], targets: [linux-arm64]}\n  infrastructure: {state: abc, artifacts: abd}",
            "pipeline.release.targets",
            "machines run linux-x64",
        ),
    ],
)
def test_what_cannot_be_meant_is_told(said: str, place: str, told: str) -> None:
    """Each mistake has its place and says what it takes."""
    (mistake,) = _told(f"{_PROJECTS}{said}\n")
    assert place in mistake
    assert told in mistake


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("{kind: python, manager: npm}", "for python it can be one of uv, poetry, pip"),
        ("{kind: go, manager: npm}", "for go it can be nothing: it has one tool only"),
        ("{kind: cargo, commands: {integration-tests: x}}", _OWN),
        ("{kind: cargo, commands: {fmt: '${{ secrets.KEY }}'}}", "it may not hold ${{"),
    ],
)
def test_what_cannot_be_meant_about_a_project(said: str, told: str) -> None:
    """A manager of another language, a command that others could write into, the name of a job that is there."""
    (mistake,) = _told(f"pipeline:\n  projects:\n    main: {said}\n")
    assert told in mistake


@pytest.mark.parametrize("nightly", ["''", "0 0 * * *", "'*/15 2-4 1,15 JAN-jun mon'"])
def test_what_can_be_meant_is_taken(nightly: str) -> None:
    """Every form of a time that GitHub knows, and none at all; jobs left out, replaced and added."""
    said = "commands: {docs: null, all-tests: make test, group: 'make $PACKAGES', extra: 'true'}"
    text = f"pipeline:\n  projects:\n    main: {{kind: cargo, {said}}}\n  nightly: {nightly}\n"
    assert isinstance(configuration_from_yaml(text.encode()), RepositoryConfig)


def test_a_policy_without_a_pipeline_has_no_mistakes_about_it() -> None:
    """Nobody needs the pack."""
    assert isinstance(configuration_from_yaml(b"version: 1\n"), RepositoryConfig)

"""What starts the release's workflow, by GitHub's own cheat sheet of filter patterns."""

from __future__ import annotations

import pytest

from bot.releases.judging.triggers import workflow_facts


def on(text: str, tag: str = "v1.2.3") -> str:
    """This function will say in a word what would start the workflow."""
    facts = workflow_facts("release.yml", text.encode(), tag=tag)
    if facts.problem:
        return facts.problem
    return "tag" if facts.on_tag else f"dispatch({','.join(facts.inputs)})"


@pytest.mark.parametrize(
    ("triggers", "started"),
    [
        ("on: push", "tag"),
        ("on: [push, pull_request]", "tag"),
        ("on: {push: }", "tag"),
        ("on: {push: {paths: [src]}}", "tag"),
        ("on: {push: {tags: ['v*']}}", "tag"),
        ("on: {push: {tags: v*}}", "tag"),
        ("on: {push: {tags: ['v[0-9]+.[0-9]+.[0-9]+']}}", "tag"),
        ("on: {push: {tags: ['*', '!v*']}, workflow_dispatch: }", "dispatch()"),
        ("on: {push: {tags: ['!v*', 'v*']}}", "tag"),
        ("on: {push: {tags: ['v?1.2.3']}}", "tag"),
        ("on: {push: {tags: ['**']}}", "tag"),
        (r"on: {push: {tags: ['v1\.2\.3']}}", "tag"),
        (
            "on: {push: {tags: ['x*']}, workflow_dispatch: {inputs: {tag: , version: }}}",
            "dispatch(tag,version)",
        ),
        ("on: {push: {tags-ignore: ['v*']}, workflow_dispatch: }", "dispatch()"),
        ("on: {push: {tags-ignore: ['x*']}}", "tag"),
        ("on: {push: {branches: [main]}, workflow_dispatch: }", "dispatch()"),
        ("on: {push: {branches-ignore: [main]}, workflow_dispatch: }", "dispatch()"),
        ("on: {push: {branches: [main], tags: ['v*']}}", "tag"),
        ("on: workflow_dispatch", "dispatch()"),
        ("'on': push", "tag"),
        ("%YAML 1.1\n---\non: push", "tag"),
        # a pattern that takes too long is held to match: the run that never comes is then said to be missing
        ("on: {push: {tags: ['*a*a*a*a*a*a*a*b']}}", "tag"),
    ],
)
def test_what_starts_it(triggers: str, started: str) -> None:
    assert on(triggers) == started


@pytest.mark.parametrize(
    ("triggers", "problem"),
    [
        (
            "on: {release: {types: [published]}}",
            "is started neither by the push of v1.2.3 nor by a dispatch, but by release",
        ),
        ("name: x", "is started neither by the push of v1.2.3 nor by a dispatch, but by nothing"),
        ("[]", "is started neither by the push of v1.2.3 nor by a dispatch, but by nothing"),
        ("on: [", "is no valid YAML"),
        ("#" * 200_000, "is larger than the 131072 bytes that are read"),
    ],
)
def test_what_nothing_starts(triggers: str, problem: str) -> None:
    assert on(triggers) == problem


def test_a_component_s_tag_with_a_slash() -> None:
    """GitHub's `*` stops at a slash."""
    assert on("on: {push: {tags: ['*']}, workflow_dispatch: }", tag="client/v1.0.0") == "dispatch()"
    assert on("on: {push: {tags: ['client/*']}}", tag="client/v1.0.0") == "tag"

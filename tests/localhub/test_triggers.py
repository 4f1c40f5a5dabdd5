"""A push starts the workflows whose filters name its branch or tag."""

from __future__ import annotations

import pytest

from bot.localhub.state.triggers import name_of, started_by_push

PATH = ".github/workflows/one.yml"


def starts(trigger: str, ref: str) -> bool:
    """This function will say whether a push starts a workflow with that trigger."""
    return started_by_push({PATH: f"on:\n  {trigger}\n".encode()}, ref) == (PATH,)


@pytest.mark.parametrize(
    ("trigger", "ref", "expected"),
    [
        ("push:", "refs/heads/main", True),
        ("push:", "refs/tags/v1", True),
        ("pull_request:", "refs/heads/main", False),
        ("push: {branches: [main]}", "refs/heads/main", True),
        ("push: {branches: [main]}", "refs/heads/other", False),
        ("push: {branches: [main]}", "refs/tags/main", False),
        ("push: {branches: main}", "refs/heads/main", True),
        ("push: {tags: ['v*']}", "refs/tags/v1.0.0", True),
        ("push: {tags: ['v*']}", "refs/heads/v1.0.0", False),
        ("push: {tags: ['v*']}", "refs/tags/a/v1", False),
        ("push: {tags: ['**']}", "refs/tags/a/v1", True),
        ("push: {branches: [main], tags: ['v*']}", "refs/tags/v1", True),
        ("push: {branches: ['pilothouse/train/**']}", "refs/heads/pilothouse/train/main/7", True),
        ("push: {branches: ['*', '!main']}", "refs/heads/main", False),
        ("push: {branches: ['*', '!main']}", "refs/heads/topic", True),
        ("push: {branches: ['!main', '*']}", "refs/heads/main", True),
        ("push: {branches-ignore: [main]}", "refs/heads/main", False),
        ("push: {branches-ignore: [main]}", "refs/heads/topic", True),
        ("push: {tags-ignore: ['v*']}", "refs/heads/main", False),
        ("push: {tags: ['v[0-9]+.[0-9]+.[0-9]+*']}", "refs/tags/v1.20.3-rc.1", True),
        ("push: {tags: ['v[0-9]+.[0-9]+.[0-9]+*']}", "refs/tags/v1x20x3", False),
        ("push: {tags: ['v1.?0']}", "refs/tags/v10", True),
        ("push: {tags: ['v1\\.0']}", "refs/tags/v1.0", True),
    ],
)
def test_filters_are_read_as_github_reads_them(trigger: str, ref: str, *, expected: bool) -> None:
    assert starts(trigger, ref) == expected


@pytest.mark.parametrize("content", [b"on: push", b"on: [push, pull_request]"])
def test_a_trigger_without_filters_is_started_by_every_push(content: bytes) -> None:
    files = {PATH: content, "ci.yml": content, ".github/workflows/README.md": content}
    assert started_by_push(files, "refs/heads/a") == (PATH,)


@pytest.mark.parametrize("content", [b"on: [", b"- a list", b""])
def test_a_file_that_is_no_workflow_is_started_by_nothing(content: bytes) -> None:
    assert started_by_push({PATH: content}, "refs/heads/main") == ()
    assert name_of(content, PATH) == PATH


def test_a_workflow_has_the_name_in_its_file() -> None:
    assert name_of(b"name: Release", PATH) == "Release"

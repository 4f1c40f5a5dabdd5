"""Which commits the local GitHub lists: by author, by path, between two others, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import git

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
    from tests.localhub.conftest import Seeded
    from tests.support.hub_client import Caller

R = "/repos/acme/rocket"


@pytest.fixture
def pushed(hub: LocalHub, seeded: Seeded) -> list[str]:
    """Commits of two people to two folders, oldest first."""
    made = (("kofi", "api/a", "one"), ("ines", "web/b", "two"), ("kofi", "web/b", "three"))
    return [
        git.push(
            hub.store,
            seeded.repository,
            "main",
            files={path: message},
            message=message,
            author=hub.store.user(login),
        ).sha
        for login, path, message in made
    ]


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ("author=kofi", ["three", "one"]),
        ("author=ines&per_page=1", ["two"]),
        ("author=nobody", []),
        ("path=web", ["three", "two"]),
        ("path=api/a", ["one"]),
        ("path=/web/b&author=kofi", ["three"]),
        ("path=we", []),
    ],
)
async def test_lists_by_author_and_path(
    as_installation: Caller, pushed: list[str], query: str, messages: list[str]
) -> None:
    assert pushed
    found = (await as_installation("GET", f"{R}/commits?{query}")).body
    assert [one["commit"]["message"] for one in found] == messages


async def test_lists_by_address(as_installation: Caller, pushed: list[str]) -> None:
    newest = (await as_installation("GET", f"{R}/commits/{pushed[-1]}")).body["commit"]["author"]["email"]
    found = (await as_installation("GET", f"{R}/commits?author={newest.replace('+', '%2B')}")).body
    assert [one["sha"] for one in found] == [pushed[2], pushed[0]]


async def test_a_comparison_in_pages(as_installation: Caller, seeded: Seeded, pushed: list[str]) -> None:
    """Oldest first; only the first page has the files, and every page the same counts."""
    between = f"{R}/compare/{seeded.pull.base_sha}...main"
    pages = [(await as_installation("GET", f"{between}?per_page=2&page={page}")).body for page in (1, 2, 3)]
    assert [[one["sha"] for one in page["commits"]] for page in pages] == [pushed[:2], pushed[2:], []]
    assert [len(page["files"]) for page in pages] == [2, 0, 0]
    assert [page["ahead_by"] for page in pages] == [3, 3, 3]
    assert [one["sha"] for one in (await as_installation("GET", between)).body["commits"]] == pushed

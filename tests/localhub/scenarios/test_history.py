"""A grown history is made of merged pull requests, direct commits and fixed issues, and tells nobody."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.localhub.scenarios.history import grow
from bot.localhub.state import accounts, git
from bot.localhub.state.store import Happening, Store

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_three_hundred_commits_are_grown_without_telling_anybody() -> None:
    store = Store(clock=lambda: AT)
    repository = accounts.create_repository(store, "acme/harbour")
    heard: list[Happening] = []
    store.listeners.append(heard.append)

    grown = grow(store, repository, changes=300, tag="v0.9.0")

    history = list(git.history(store, repository.branches["main"]))
    assert len(history) == 301
    assert history[-1].sha == repository.tags["v0.9.0"]
    assert len(grown.pulls) == 270
    assert all(one.merged and one.merge_sha in {known.sha for known in history} for one in grown.pulls)
    assert len(grown.issues) == 40
    assert all(one.state == "closed" for one in grown.issues)
    assert len(grown.breaking) == 4
    assert repository.branches.keys() == {"main"}
    assert heard == []
    assert store.listeners == [heard.append]


def test_the_same_seed_grows_the_same_history() -> None:
    def titles(seed: int) -> list[str]:
        store = Store(clock=lambda: AT)
        repository = accounts.create_repository(store, "acme/harbour")
        grow(store, repository, changes=12, tag="v0.9.0", seed=seed)
        return [one.message for one in git.history(store, repository.branches["main"])]

    assert titles(1) == titles(1) != titles(2)

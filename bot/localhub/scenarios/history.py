"""A long history for a repository: conventional commits, most of them merged pull requests, some that fix issues."""

from __future__ import annotations

import random
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.localhub.state import git, issues, pulls
from bot.localhub.state.nouns import Stranger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.localhub.state.nouns import Issue, Pull, Repository
    from bot.localhub.state.store import Store

_KINDS = (("feat", 30), ("fix", 34), ("perf", 6), ("docs", 10), ("refactor", 8), ("chore", 8), ("test", 4))
_SCOPES = ("", "planner", "tides", "log", "berths", "pilots")
_VERBS = ("Plan", "Count", "Measure", "Show", "Sort", "Check", "Moor", "Signal")
_THINGS = ("berths", "tides", "pilots", "tugs", "ferries", "cranes", "buoys", "ropes", "locks", "quays")
_BOT = "dependabot[bot]"
_PEOPLE = ("amara", "wren", "kofi", "ines", "tomasz", "yuki", _BOT)  # where nobody has a role
_WRITING = frozenset({"write", "maintain", "admin"})
_STRANGER = Stranger(login="Old Salt", email="salt@quay.example")
_EVERY_DIRECT, _EVERY_FIX, _EVERY_BREAKING = 10, 6, 75  # one in so many


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a repository has been through since its last tag."""

    tag: str
    pulls: tuple[Pull, ...]
    issues: tuple[Issue, ...]  # that a pull request fixed
    breaking: tuple[str, ...]  # SHAs of commits that break something


@contextmanager
def unheard(store: Store) -> Iterator[None]:
    """This function will let things have happened long ago: nobody is told, nothing is started."""
    heard = store.listeners[:]
    store.listeners.clear()
    try:
        yield
    finally:
        store.listeners.extend(heard)


def grow(store: Store, repository: Repository, *, changes: int, tag: str, seed: int = 7) -> History:
    """This function will tag the default branch, then grow it by so many commits; the same ones for the same seed.

    Args:
        store: where it happens.
        repository: what grows.
        changes: how many commits its default branch gets.
        tag: of the last release, before them.
        seed: of the dice.
    """
    dice = random.Random(seed)  # noqa: S311 - reproducible dice, no secret
    merged: list[Pull] = []
    fixed: list[Issue] = []
    breaking: list[str] = []
    people = _writers(store, repository) or _PEOPLE
    with unheard(store):
        main = repository.default_branch
        git.set_tag(store, repository, tag, repository.branches[main], repository.owner)
        for number in range(1, changes + 1):
            is_breaking = number % _EVERY_BREAKING == 0
            title = _title(dice, number, is_breaking=is_breaking)
            if number % _EVERY_DIRECT == 0:
                _push(store, repository, title, number)
            else:
                issue = _open_issue(store, repository, number) if number % _EVERY_FIX == 0 else None
                merged.append(_merge(store, repository, title, dice.choice(people), issue))
                fixed += [issue] if issue else []
            breaking += [repository.branches[main]] if is_breaking else []
    return History(tag=tag, pulls=tuple(merged), issues=tuple(fixed), breaking=tuple(breaking))


def _writers(store: Store, repository: Repository) -> tuple[str, ...]:
    """Who may write there, and a bot; nobody where no roles were given."""
    known = {user.id: user.login for user in store.users.values()}
    writers = [known[one] for one, role in repository.collaborators.items() if role in _WRITING]
    return (*writers, _BOT) if writers else ()


def _title(dice: random.Random, number: int, *, is_breaking: bool) -> str:
    kinds, weights = zip(*_KINDS, strict=True)
    kind = "feat" if is_breaking else dice.choices(kinds, weights)[0]
    scope = dice.choice(_SCOPES)
    prefix = kind + (f"({scope})" if scope else "") + ("!" if is_breaking else "")
    return f"{prefix}: {dice.choice(_VERBS)} {dice.choice(_THINGS)} {number} of them"


def _push(store: Store, repository: Repository, title: str, number: int) -> None:
    """Somebody without an account wrote it, and it went past review."""
    git.push(
        store,
        repository,
        repository.default_branch,
        files={f"log/{number}.md": title},
        message=title,
        author=store.user("amara"),
        written_by=_STRANGER,
    )


def _open_issue(store: Store, repository: Repository, number: int) -> Issue:
    title = f"Number {number} is not counted"
    return issues.open_issue(store, repository, title=title, body=None, author=store.user("rao"))


def _merge(store: Store, repository: Repository, title: str, login: str, issue: Issue | None) -> Pull:
    author = store.user(login, type="Bot" if login.endswith("[bot]") else "User")
    branch = f"change-{repository.numbers + 1}"
    git.push(store, repository, branch, files={f"log/{branch}.md": title}, message=title, author=author)
    made = pulls.open_pull(
        store,
        repository,
        title=title,
        head=branch,
        author=author,
        body=f"Fixes #{issue.number}" if issue else None,
    )
    pulls.merge(store, repository, made, sender=store.user("amara"), method="squash")
    pulls.delete_branch(store, repository, branch, author)
    return made

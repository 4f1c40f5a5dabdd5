"""Tells who wrote a part of what is deployed: authors, committers and co-authors of the commits, and the opener."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.gates.fact_model import Author
from bot.gates.ledger import authors_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.github.commit_models import Commit
    from bot.github.models import Actor

# GitHub itself commits what is merged or edited on its pages; it is nobody's account to approve with.
_GITHUB_ITSELF = "noreply@github.com"
_EMAIL = "email:"


def authors_of(
    commits: Iterable[Commit], opener: Actor | None, accounts: Mapping[str, Actor] = MappingProxyType({})
) -> tuple[Author, ...]:
    """This function will return everyone who wrote a part of the commits, each once, after who opened the change.

    Args:
        commits: What was written.
        opener: Of the pull request, if it is one.
        accounts: Whom addresses belong to that the commits do not say it of, by the address in lower case.
    """
    found: dict[str, Author] = {}
    if opener is not None:
        found[_id_key(opener.id)] = Author(name=opener.login, id=opener.id, login=opener.login)
    for key, author in _written(commits, accounts):
        found.setdefault(key, author)
    return tuple(found.values())


def digest_of(commits: Iterable[Commit]) -> str:
    """This function will return the digest of who wrote the commits: another one means other people."""
    return authors_digest(key for key, _ in _written(commits, {}))


def accounts_in(commits: Iterable[Commit]) -> dict[str, Actor]:
    """This function will return whom addresses belong to, as far as the commits themselves say it."""
    signatures = [
        pair
        for commit in commits
        for pair in ((commit.author_email, commit.author), (commit.committer_email, commit.committer))
    ]
    return {email.casefold(): account for email, account in signatures if account is not None and email}


def unknown_addresses(commits: Iterable[Commit], accounts: Mapping[str, Actor]) -> tuple[str, ...]:
    """This function will return the addresses of the commits that belong to nobody known, each once."""
    written = (key for key, author in _written(commits, accounts) if not author.is_known)
    return tuple(dict.fromkeys(key.removeprefix(_EMAIL) for key in written))


def _written(commits: Iterable[Commit], accounts: Mapping[str, Actor]) -> Iterator[tuple[str, Author]]:
    for commit in commits:
        url = commit.html_url
        yield _signed(commit.author or accounts.get(commit.author_email.casefold()), commit.author_email, url)
        if commit.committer is not None or commit.committer_email.casefold() != _GITHUB_ITSELF:
            committer = commit.committer or accounts.get(commit.committer_email.casefold())
            yield _signed(committer, commit.committer_email, url)
        for named in commit.co_authors:
            if not named.is_known:
                yield _signed(accounts.get(named.email.casefold()), named.email, url)
                continue
            key = f"login:{named.login.casefold()}" if named.id is None else _id_key(named.id)
            yield key, Author(name=named.login, id=named.id, login=named.login, url=commit.html_url)


def _signed(account: Actor | None, email: str, url: str) -> tuple[str, Author]:
    if account is None:
        return f"{_EMAIL}{email.casefold()}", Author(name=_veiled(email), url=url)
    return _id_key(account.id), Author(name=account.login, id=account.id, login=account.login, url=url)


def _id_key(number: int) -> str:
    return f"id:{number}"


def _veiled(email: str) -> str:
    """An address as far as it must be shown: enough for its owner to know it again."""
    name, at, host = email.partition("@")
    return f"{name[:1]}…{at}{host}" if name else "somebody without an address"

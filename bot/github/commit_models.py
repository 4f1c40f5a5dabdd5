"""Commits and who wrote them, as frozen values, and the co-authors that a message names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.github.models import Actor, Sha  # noqa: TC001 - msgspec reads the annotations at run time

# https://docs.github.com/en/pull-requests/committing-changes-to-your-project/creating-and-editing-commits/creating-a-commit-with-multiple-authors
_TRAILER = "co-authored-by"
# https://docs.github.com/en/account-and-profile/reference/email-addresses-reference#your-noreply-email-address
_NOREPLY = re.compile(
    r"(?:(?P<id>\d{1,18})\+)?(?P<login>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:_[a-z0-9]+)?(?:\[bot\])?)"
    r"@users\.noreply\.github\.com",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoAuthor:
    """A person whom a commit's message names as its co-author; the address alone may not say who it is."""

    name: str
    email: str
    id: int | None = None  # numeric id, where the address holds it
    login: str = ""  # where the address holds it; empty where it does not

    @property
    def is_known(self) -> bool:
        """Whether the address says which account it belongs to."""
        return bool(self.login)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit; an author or committer is None where GitHub knows no account for the address."""

    sha: Sha
    tree: str
    parents: tuple[Sha, ...]
    message: str
    author: Actor | None
    author_email: str
    committer: Actor | None
    committer_email: str
    html_url: str = ""
    is_verified: bool = False  # whether its signature is valid: whom it names as its author is no mere claim

    @property
    def co_authors(self) -> tuple[CoAuthor, ...]:
        """Whom the message names as co-authors."""
        return co_authors(self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class GitPerson:
    """Whom git names as author or committer, and when."""

    name: str
    email: str
    date: str  # ISO 8601


@dataclass(frozen=True, slots=True, kw_only=True)
class GitCommit:
    """A commit as git knows it."""

    sha: Sha
    tree: str
    parents: tuple[Sha, ...]
    message: str
    author: GitPerson
    committer: GitPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCommit:
    """A commit to be made; without an author it is the App's."""

    message: str
    tree: str
    parents: tuple[Sha, ...]
    author: GitPerson | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PullCommits:
    """The commits of a pull request, oldest first."""

    commits: tuple[Commit, ...]
    is_complete: bool  # GitHub lists 250 and does not say whether there are more

    def holds(self, sha: Sha) -> bool:
        """This function will say whether the commit is among them: without its head the list is outdated."""
        return any(commit.sha == sha for commit in self.commits)


def co_authors(message: str) -> tuple[CoAuthor, ...]:
    """This function will read every co-author that a commit's message names, each address once.

    Git takes trailers only from the last paragraph; here a line anywhere counts, for what a squashed message
    says further up was written by them too.
    """
    found: dict[str, CoAuthor] = {}
    for line in message.splitlines():
        key, colon, value = line.partition(":")
        name, bracket, rest = value.partition("<")
        email, end, _ = rest.partition(">")
        if key.strip().casefold() == _TRAILER and colon and bracket and end:
            found.setdefault(email.strip().casefold(), _co_author(name.strip(), email.strip()))
    return tuple(found.values())


def _co_author(name: str, email: str) -> CoAuthor:
    account = _NOREPLY.fullmatch(email)
    if account is None:
        return CoAuthor(name=name, email=email)
    number = int(account["id"]) if account["id"] else None
    return CoAuthor(name=name, email=email, id=number, login=account["login"])

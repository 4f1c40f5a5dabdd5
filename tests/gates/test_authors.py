"""Who wrote a part of what is deployed."""

from __future__ import annotations

from dataclasses import replace

from bot.gates.authors import authors_of, digest_of
from bot.github.commit_models import Commit
from bot.github.models import Actor, Sha

ADA, BOB = Actor(id=1, login="ada"), Actor(id=2, login="bob")
COMMIT = Commit(
    sha=Sha("1" * 40),
    tree="2" * 40,
    parents=(),
    message="Dredge",
    author=ADA,
    author_email="ada@example.org",
    committer=ADA,
    committer_email="ada@example.org",
    html_url="https://github.com/octo/harbour/commit/1",
)


def names(*commits: Commit, opener: Actor | None = None) -> list[str]:
    return [author.name for author in authors_of(commits, opener)]


def test_everyone_is_named_once() -> None:
    both = replace(COMMIT, author=BOB, message="Co-authored-by: E <9+eve@users.noreply.github.com>")
    assert names(COMMIT, both, opener=ADA) == ["ada", "bob", "eve"]


def test_github_itself_is_nobody() -> None:
    """A merge on GitHub's pages is committed by GitHub, whether it says so by an account or not."""
    merged = replace(COMMIT, committer=None, committer_email="noreply@github.com")
    assert names(merged) == ["ada"]


def test_a_committer_without_an_account_is_somebody() -> None:
    other = replace(COMMIT, committer=None, committer_email="b@corp.example")
    assert names(other) == ["ada", "b…@corp.example"]


def test_an_address_without_an_account_counts_once() -> None:
    one = replace(
        COMMIT, author=None, author_email="B@corp.example", message="Co-authored-by: B <b@Corp.example>"
    )
    assert names(one) == ["B…@corp.example", "ada"]
    assert [author.is_known for author in authors_of((one,), None)] == [False, True]


def test_no_address_at_all_is_somebody() -> None:
    assert names(replace(COMMIT, author=None, author_email="")) == ["somebody without an address", "ada"]


def test_a_login_alone_is_known() -> None:
    named = replace(COMMIT, message="Co-authored-by: E <Eve@users.noreply.github.com>")
    (_, eve) = authors_of((named,), None)
    assert (eve.id, eve.login, eve.is_known) == (None, "Eve", True)


def test_the_digest_tells_other_people() -> None:
    again = replace(COMMIT, sha=Sha("3" * 40), message="Dredge deeper")
    assert digest_of((COMMIT,)) == digest_of((again,)) == digest_of((COMMIT, again))
    assert digest_of((COMMIT,)) != digest_of((replace(COMMIT, author=BOB),))
    assert digest_of((COMMIT,)) != digest_of((replace(COMMIT, author=None),))

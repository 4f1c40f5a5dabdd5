"""Addresses of authors and co-authors, and the accounts that they turn out to belong to."""

from __future__ import annotations

from bot.gates.authors import accounts_in, authors_of, digest_of, unknown_addresses
from bot.gates.fact_model import Author
from bot.github.commit_models import Commit
from bot.github.models import Actor, Sha

ADA = Actor(id=1, login="ada")
EVE = Actor(id=2, login="eve")
URL = "https://github.com/octo/harbour/commit/a"


def commit(message: str = "x", *, author: Actor | None = ADA, email: str = "Ada@example.com") -> Commit:
    return Commit(
        sha=Sha("a"),
        tree="t",
        parents=(),
        message=message,
        author=author,
        author_email=email,
        committer=None,
        committer_email="noreply@github.com",
        html_url=URL,
    )


def test_an_address_that_signed_another_commit_is_known() -> None:
    commits = (commit(), commit("y\n\nCo-authored-by: Ada <ada@EXAMPLE.com>"))
    accounts = accounts_in(commits)
    assert accounts == {"ada@example.com": ADA}
    assert unknown_addresses(commits, accounts) == ()
    assert authors_of(commits, None, accounts) == (Author(name="ada", id=1, login="ada", url=URL),)


def test_addresses_of_nobody_known_are_named_once() -> None:
    text = "x\n\nCo-authored-by: E <Eve@example.com>\nCo-authored-by: E <7+max@users.noreply.github.com>"
    commits = (commit(text), commit(text, author=None, email="who@example.com"))
    accounts = accounts_in(commits)
    assert unknown_addresses(commits, accounts) == ("eve@example.com", "who@example.com")
    found = authors_of(commits, None, accounts | {"eve@example.com": EVE})
    assert [one.login for one in found] == ["ada", "eve", "max", ""]


def test_a_signature_without_an_address_is_nobodys() -> None:
    nameless = commit(author=None, email="")
    assert accounts_in((nameless, commit(email=""))) == {}
    assert unknown_addresses((nameless,), {}) == ("",)


def test_who_wrote_it_is_the_same_however_much_is_found_out() -> None:
    """Otherwise an approval would be void because somebody made an account."""
    commits = (commit("x\n\nCo-authored-by: E <eve@example.com>"),)
    assert digest_of(commits) == digest_of(list(commits))
    assert digest_of(commits) != digest_of((commit("x\n\nCo-authored-by: E <max@example.com>"),))

"""Co-authors as commit messages name them."""

from __future__ import annotations

import pytest

from bot.github.commit_models import CoAuthor, Commit, PullCommits, co_authors
from bot.github.models import Sha


def commit(sha: str, message: str = "x") -> Commit:
    return Commit(
        sha=Sha(sha),
        tree="t" * 40,
        parents=(),
        message=message,
        author=None,
        author_email="",
        committer=None,
        committer_email="",
    )


@pytest.mark.parametrize(
    ("email", "number", "login"),
    [
        ("17+ada@users.noreply.github.com", 17, "ada"),
        ("ada@users.noreply.github.com", None, "ada"),
        ("17+Ada-L@Users.NoReply.GitHub.com", 17, "Ada-L"),
        ("49699333+dependabot[bot]@users.noreply.github.com", 49699333, "dependabot[bot]"),
        ("17+ada_acme@users.noreply.github.com", 17, "ada_acme"),  # of a managed enterprise
        ("ada@example.com", None, ""),
        ("17+ada@users.noreply.github.com.evil.example", None, ""),
        ("17+ada@users.noreply.evil.example", None, ""),
        ("17+ada@evil.example@users.noreply.github.com", None, ""),
        ("x+ada@users.noreply.github.com", None, ""),
        ("1234567890123456789012+ada@users.noreply.github.com", None, ""),
        ("", None, ""),
    ],
)
def test_a_noreply_address_says_whose_it_is(email: str, number: int | None, login: str) -> None:
    (found,) = co_authors(f"Fix\n\nCo-authored-by: Ada L <{email}>")
    assert found == CoAuthor(name="Ada L", email=email, id=number, login=login)
    assert found.is_known is bool(login)


def test_every_spelling_in_every_place_counts_and_each_address_once() -> None:
    """A squashed message has trailers in its middle, and editors write them in many ways."""
    message = (
        "Fix (#12)\r\n\r\n* one\r\n\r\nco-authored-by: Ada <ada@example.com>\r\n\r\n* two\r\n\r\n"
        "  CO-AUTHORED-BY :Eve<eve@example.com>\n"
        "Co-authored-by: Ada Again <ADA@example.com>\n"
        "Co-Authored-By: <bare@example.com> trailing\n"
        "\tCo-authored-by: Tab <tab@example.com>"
    )
    assert [one.email for one in co_authors(message)] == [
        "ada@example.com",
        "eve@example.com",
        "bare@example.com",
        "tab@example.com",
    ]
    assert commit("a", message).co_authors == co_authors(message)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Co-authored-by: Ada",
        "Not-Co-authored-by: A <a@b.c>",
        "see Co-authored-by: A <a@b.c>",
        "x\n> <y@z>",
    ],
)
def test_what_is_no_trailer_names_nobody(message: str) -> None:
    assert co_authors(message) == ()


def test_a_long_line_of_an_attacker_takes_no_time() -> None:
    assert co_authors("Co-authored-by:" + " " * 60_000 + "x") == ()
    assert co_authors("Co-authored-by: a <" * 5_000) == ()
    assert co_authors(f"Co-authored-by: a <{'1' * 60_000}+{'a-' * 30_000}@b>")[0].login == ""


def test_a_list_of_commits_knows_whether_it_holds_the_head() -> None:
    listed = PullCommits(commits=(commit("a"), commit("b")), is_complete=True)
    assert listed.holds(Sha("b"))
    assert not listed.holds(Sha("c"))

"""The App's JWT and the installation tokens."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.github.app import GitHub, installation_repositories, installations
from bot.github.collaborators import permission_of
from bot.github.comments import get_comment, react
from bot.github.credentials import AppKey, InvalidPrivateKey, Token
from bot.github.errors import Forbidden, NotFound, Unauthorized, Unavailable
from bot.github.models import Permission
from bot.github.pulls import get_pull
from bot.github.tuning import Tuning
from tests.support.clock import START, Clock
from tests.support.raw_github import (
    COMMENT,
    PULL,
    REPO,
    REPOSITORY,
    Answer,
    Bench,
    private_key,
    raw_bench,
    rsa_key,
)

ONE = f"{REPO}/issues/comments/5"
BAD_CREDENTIALS = Answer({"message": "Bad credentials"}, 401)


def test_jwt_has_a_text_issuer_is_backdated_and_ends_within_ten_minutes() -> None:
    token = AppKey("12345", private_key(), Clock()).bearer()
    public = rsa_key().public_key()
    claims = jwt.decode(
        token, public, algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False}
    )
    assert claims["iss"] == "12345"
    assert claims["iat"] == START.timestamp() - 60
    assert claims["exp"] - START.timestamp() <= 540
    assert jwt.get_unverified_header(token)["alg"] == "RS256"


def test_jwt_is_made_anew_before_it_ends() -> None:
    clock = Clock()
    key = AppKey("1", private_key(), clock)
    first = key.bearer()
    clock.advance(timedelta(minutes=6, seconds=59))
    assert key.bearer() is first
    clock.advance(timedelta(seconds=1))
    assert key.bearer() != first


def test_jwt_is_made_anew_when_the_clock_is_set_back() -> None:
    """A JWT from the future is refused, so one that a corrected clock left behind is not used."""
    clock = Clock()
    key = AppKey("1", private_key(), clock)
    first = key.bearer()
    clock.advance(-timedelta(hours=1))
    assert key.bearer() != first


def test_a_broken_key_is_told_without_showing_it() -> None:
    broken = private_key().replace("MII", "???", 1)
    with pytest.raises(InvalidPrivateKey, match="PEM form") as caught:
        GitHub("1", broken, clock=Clock())
    assert broken[40:80] not in str(caught.value)


def test_a_key_of_another_kind_is_refused() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(InvalidPrivateKey, match="RSA"):
        GitHub("1", pem, clock=Clock())


async def test_a_token_is_narrowed_to_one_repository_and_one_operation(bench: Bench) -> None:
    bench.server.answer("GET", f"{REPO}/pulls/3", Answer(PULL))
    await get_pull(bench.github.repository(REPOSITORY), 3)
    assert bench.server.minted == [{"permissions": {"pull_requests": "read"}, "repository_ids": [70]}]
    assert bench.server.calls()[0].authorization == "token ghs_1"


async def test_many_calls_at_once_mint_one_token(bench: Bench) -> None:
    bench.server.answer("GET", f"{REPO}/pulls/3", Answer(PULL))
    repo = bench.github.repository(REPOSITORY)
    await asyncio.gather(*(get_pull(repo, 3) for _ in range(10)))
    assert len(bench.server.minted) == 1


async def test_a_token_is_minted_anew_five_minutes_before_it_ends(bench: Bench) -> None:
    bench.server.answer("GET", f"{REPO}/pulls/3", Answer(PULL))
    repo = bench.github.repository(REPOSITORY)
    await get_pull(repo, 3)
    bench.time.clock.advance(timedelta(minutes=54))
    await get_pull(repo, 3)
    assert len(bench.server.minted) == 1
    bench.time.clock.advance(timedelta(minutes=1))
    await get_pull(repo, 3)
    assert len(bench.server.minted) == 2


async def test_metadata_is_read_with_any_token_of_the_repository(bench: Bench) -> None:
    bench.server.answer("POST", f"{ONE}/reactions", Answer({"id": 1}, 201))
    bench.server.answer(
        "GET",
        f"{REPO}/collaborators/ann/permission",
        Answer({"permission": "write", "role_name": "maintain"}),
    )
    repo = bench.github.repository(REPOSITORY)
    await react(repo, 5, "eyes")
    assert await permission_of(repo, "ann") is Permission.MAINTAIN
    assert [body["permissions"] for body in bench.server.minted] == [{"issues": "write"}]


async def test_another_permission_takes_another_token(bench: Bench) -> None:
    bench.server.answer("GET", ONE, Answer(COMMENT))
    bench.server.answer("POST", f"{ONE}/reactions", Answer({"id": 1}, 201))
    repo = bench.github.repository(REPOSITORY)
    await get_comment(repo, 5)
    await react(repo, 5, "eyes")
    assert [body["permissions"] for body in bench.server.minted] == [{"issues": "read"}, {"issues": "write"}]


async def test_a_token_is_made_when_its_call_may_go_and_not_before() -> None:
    """After a long wait at a limit the token is a fresh one, and no token is made into a closed gate."""
    async with raw_bench(Tuning(pace=None, concurrency=1)) as bench:
        limit = Answer({"message": "slow down"}, 429, {"retry-after": "3400"})
        bench.server.answer("GET", ONE, limit, Answer(COMMENT))
        bench.server.answer("GET", f"{REPO}/pulls/3", Answer(PULL))
        repo = bench.github.repository(REPOSITORY)
        waiting = asyncio.create_task(get_comment(repo, 5))
        await bench.server.reached(1)
        await asyncio.gather(waiting, get_pull(repo, 3))
        assert [seen.authorization for seen in bench.server.calls()] == [
            "token ghs_1",
            "token ghs_2",
            "token ghs_3",
        ]


async def test_a_refused_token_is_dropped_and_minted_once_more(bench: Bench) -> None:
    bench.server.answer("GET", ONE, BAD_CREDENTIALS, Answer(COMMENT))
    assert await get_comment(bench.github.repository(REPOSITORY), 5) is not None
    assert len(bench.server.minted) == 2
    assert bench.server.calls()[-1].authorization == "token ghs_2"


async def test_a_second_refusal_is_final(bench: Bench) -> None:
    bench.server.answer("GET", ONE, BAD_CREDENTIALS)
    with pytest.raises(Unauthorized, match="clock"):
        await get_comment(bench.github.repository(REPOSITORY), 5)
    assert len(bench.server.calls("GET", ONE)) == 2


async def test_a_refused_app_is_told_with_what_to_check(bench: Bench) -> None:
    bench.server.answer("GET", "/app", BAD_CREDENTIALS)
    with pytest.raises(Unauthorized, match="private key"):
        await bench.github.identity()
    assert len(bench.server.calls("GET", "/app")) == 1


async def test_a_removed_installation_is_not_found(bench: Bench) -> None:
    bench.server.answer("POST", "/app/installations/7/access_tokens", Answer({"message": "Not Found"}, 404))
    with pytest.raises(NotFound):
        await get_pull(bench.github.repository(REPOSITORY), 3)


async def test_a_permission_that_nobody_granted_is_named(bench: Bench) -> None:
    """A narrowed token asks for it by name, so that GitHub refuses the token and not the call."""
    refusal = {"message": "The permissions requested are not granted to this installation."}
    bench.server.answer("POST", "/app/installations/7/access_tokens", Answer(refusal, 422))
    with pytest.raises(Forbidden, match=r"not granted.*needs the permission pull requests: read") as caught:
        await get_pull(bench.github.repository(REPOSITORY), 3)
    assert caught.value.needed == "pull_requests=read"


async def test_the_app_asks_once_who_it_is(bench: Bench) -> None:
    app = {
        "id": 42,
        "slug": "pilothouse",
        "name": "Pilothouse",
        "html_url": "https://github.com/apps/pilothouse",
    }
    bench.server.answer("GET", "/app", Answer(app))
    found = await asyncio.gather(*(bench.github.identity() for _ in range(3)))
    assert {(one.id, one.login) for one in found} == {(42, "pilothouse[bot]")}
    assert len(bench.server.calls("GET", "/app")) == 1
    assert str(bench.server.calls("GET", "/app")[0].authorization).startswith("bearer ey")


async def test_asking_who_we_are_gives_up_within_seconds(bench: Bench) -> None:
    bench.server.answer("GET", "/app", Answer({"message": "Server Error"}, 502))
    with pytest.raises(Unavailable):
        await bench.github.identity()
    assert bench.time.monotonic() < 5


async def test_installations_and_their_repositories(bench: Bench) -> None:
    suspended = {"id": 9, "suspended_at": "2026-01-01T00:00:00Z"}
    bench.server.answer("GET", "/app/installations", Answer([{"id": 7, "suspended_at": None}, suspended]))
    repositories = {
        "total_count": 1,
        "repositories": [{"id": 70, "full_name": "octo/hello", "default_branch": "trunk"}],
    }
    bench.server.answer("GET", "/installation/repositories", Answer(repositories))
    assert await installations(bench.github.app) == (7,)
    (found,) = await installation_repositories(bench.github, 7)
    assert (found.installation_id, found.id, found.full_name, found.default_branch) == (
        7,
        70,
        "octo/hello",
        "trunk",
    )
    assert bench.server.minted == [{"permissions": {"metadata": "read"}}]


def test_tokens_do_not_show_in_texts() -> None:
    token = Token("ghs_secret", frozenset({("issues", "read")}), START)
    assert "ghs_secret" not in repr(token)

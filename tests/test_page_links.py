from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.page_links import LASTS, Kind, PageLinks, is_valid, make_token, page_keys

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEYS = page_keys((b"the new secret", b"the old secret"))
TOKEN = make_token(KEYS[0], 42, Kind.TESTS, now=NOW)


def opens(token: str, *, repository_id: int = 42, kind: Kind = Kind.TESTS, now: datetime = NOW) -> bool:
    return is_valid(token, KEYS, repository_id, kind, now=now)


def test_a_link_opens_its_own_kind_of_its_own_repository() -> None:
    assert opens(TOKEN)
    assert not opens(TOKEN, repository_id=43)
    assert not opens(TOKEN, kind=Kind.METRICS)


def test_a_link_lasts_thirty_days_and_not_for_ever() -> None:
    assert opens(TOKEN, now=NOW + LASTS)
    assert not opens(TOKEN, now=NOW + LASTS + timedelta(days=7))


def test_links_made_within_days_are_alike() -> None:
    """A summary is not edited for nothing but a newer link."""
    later = {make_token(KEYS[0], 42, Kind.TESTS, now=NOW + timedelta(hours=hour)) for hour in range(48)}

    assert len(later) <= 2


def test_links_of_the_former_secret_are_good_during_a_rotation() -> None:
    assert opens(make_token(KEYS[1], 42, Kind.TESTS, now=NOW))
    assert not opens(make_token(page_keys((b"another",))[0], 42, Kind.TESTS, now=NOW))


def test_the_key_is_not_the_webhooks() -> None:
    assert KEYS[0] != b"the new secret"
    assert not opens(make_token(b"the new secret", 42, Kind.TESTS, now=NOW))


@pytest.mark.parametrize(
    "token",
    [
        "",
        "-",
        TOKEN[:-1],
        TOKEN.upper(),
        TOKEN.partition("-")[0],
        f"{int(TOKEN.partition('-')[0], 16) + 1:x}-{TOKEN.partition('-')[2]}",
        f"0{TOKEN}",
        f"+{TOKEN}",
        "f" * 40 + "-" + TOKEN.partition("-")[2],
        f"{TOKEN}é",
        f"zz-{TOKEN.partition('-')[2]}",
    ],
)
def test_a_token_changed_in_any_way_opens_nothing(token: str) -> None:
    assert not opens(token)


def test_an_address_names_no_secret_and_escapes_its_parts() -> None:
    links = PageLinks(root="https://bot.example.org", key=KEYS[0])

    address = links.address(42, Kind.TESTS, "a/b", "1", now=NOW)

    assert address == f"https://bot.example.org/ci/42/tests/{TOKEN}/a%2Fb/1"
    assert KEYS[0].hex() not in repr(links)
    assert "key" not in repr(links)

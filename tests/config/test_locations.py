"""Addresses that settings and the set-up take."""

from __future__ import annotations

import pytest

from bot.config.locations import public_url_problem, webhook_proxy_problem


@pytest.mark.parametrize(
    "url", ["https://bot.example.org", "http://127.0.0.1:8080", "https://bot.example.org:444"]
)
def test_a_public_address_is_taken(url: str) -> None:
    assert public_url_problem(url) == ""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("bot.example.org", "without a path"),
        ("https://bot.example.org/x", "without a path"),
        ("https://user:pass@bot.example.org", "without a path"),
        ("https://bot.example.org:port", "without a path"),
        ("https://[::1", "without a path"),
        ("javascript:alert(1)", "without a path"),
        ("http://bot.example.org", "must be https"),
    ],
)
def test_other_addresses_are_refused(url: str, said: str) -> None:
    assert said in public_url_problem(url)


@pytest.mark.parametrize("url", ["https://smee.io/AbC", "http://localhost:3000/AbC"])
def test_a_channel_is_taken(url: str) -> None:
    assert webhook_proxy_problem(url) == ""


@pytest.mark.parametrize(
    ("url", "said"),
    [("https://smee.io", "a channel"), ("https://smee.io/", "a channel"), ("http://smee.io/AbC", "https")],
)
def test_what_is_no_channel_is_refused(url: str, said: str) -> None:
    assert said in webhook_proxy_problem(url)

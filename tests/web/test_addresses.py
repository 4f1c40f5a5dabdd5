"""Whose request it is, with and without proxies in between."""

from __future__ import annotations

import pytest

from bot.config.networks import parse_networks
from bot.web.addresses import client_address

OURS = parse_networks("10.0.0.0/8, fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.9", "192.0.2.1"),  # anybody can send the header
        ("10.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.9", "198.51.100.9"),  # what the client wrote comes first
        ("10.0.0.1", "198.51.100.9, 10.0.0.2", "198.51.100.9"),  # two proxies of ours
        ("10.0.0.1", "10.9.9.9, 10.0.0.2", "10.9.9.9"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.9, _hidden", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.9:4711", "198.51.100.9"),
        ("10.0.0.1", "[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::/64"),
        ("fd00::1%eth0", "2001:db8::7", "2001:db8::/64"),
        ("::ffff:10.0.0.1", "::ffff:198.51.100.9", "198.51.100.9"),
        ("10.0.0.1", ",".join(["198.51.100.9"] + ["10.0.0.2"] * 40), "10.0.0.2"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("", "198.51.100.9", ""),
        ("/run/bot.sock", "198.51.100.9", "/run/bot.sock"),
        ("x" * 1000, "", "x" * 64),
    ],
)
def test_the_last_address_that_no_proxy_of_ours_has_is_the_clients(
    peer: str, forwarded: str, expected: str
) -> None:
    """The first one is whatever the client wrote."""
    assert client_address(peer, forwarded, OURS) == expected


def test_without_proxies_of_ours_nothing_that_is_sent_counts() -> None:
    assert client_address("10.0.0.1", "198.51.100.9", ()) == "10.0.0.1"


def test_a_household_of_ipv6_is_one_address() -> None:
    """Whoever has a network of 2^64 addresses would have as many buckets."""
    first, second = (client_address(f"2001:db8:5:6::{end}", "", ()) for end in ("1", "ffff:1"))
    assert first == second == "2001:db8:5:6::/64"

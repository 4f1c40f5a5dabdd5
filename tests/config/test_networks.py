"""Which networks beside the public one health checks may ask."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from bot.config.networks import parse_networks


@pytest.mark.parametrize(
    ("text", "networks"),
    [
        ("", []),
        (" , ", []),
        ("10.0.0.0/8", ["10.0.0.0/8"]),
        ("10.0.0.0/8, fd00::/8,127.0.0.1", ["10.0.0.0/8", "fd00::/8", "127.0.0.1/32"]),
    ],
)
def test_how_networks_are_written(text: str, networks: list[str]) -> None:
    assert parse_networks(text) == tuple(ip_network(each) for each in networks)


@pytest.mark.parametrize("text", ["yes", "10.0.0.1/8", "10.0.0.0/33", "localhost"])
def test_what_is_no_network(text: str) -> None:
    with pytest.raises(ValueError, match=r"IPv4|host bits"):
        parse_networks(text)

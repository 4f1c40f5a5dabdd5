"""Says whose request it is where reverse proxies stand in between."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config.networks import Network

_MOST_HOPS = 16
_HOUSEHOLD_BITS = 64  # of an IPv6 address: the rest is one household's or machine's to choose


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """This function will give the address of who asks: the last that no proxy of ours has.

    Args:
        peer: who is connected to us.
        forwarded: the `X-Forwarded-For` of the request; each proxy adds who is connected to it at the end.
        trusted: the networks of our proxies; what others say is not believed.
    """
    found = _read(peer)
    if found is None:
        return peer[:64]
    hops = forwarded.split(",")[-_MOST_HOPS:] if forwarded else []
    while hops and _is_trusted(found, trusted):
        before = _read(hops.pop())
        if before is None:
            break
        found = before
    return _household(found)


def is_trusted(peer: str, trusted: Sequence[Network]) -> bool:
    """This function will say whether who is connected to us is a proxy of ours."""
    found = _read(peer)
    return found is not None and _is_trusted(found, trusted)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    text = text.strip()
    if text.startswith("["):  # [2001:db8::1]:443
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 192.0.2.1:443
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _is_trusted(address: IPv4Address | IPv6Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _household(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    bits = 128 - _HOUSEHOLD_BITS
    return f"{IPv6Address(int(address) >> bits << bits)}/{_HOUSEHOLD_BITS}"

"""The settings that are addresses: the database's and the bot's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from platformdirs import user_data_path

from bot.config.app_settings import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Mapping

# An address goes into headers and pages: nothing in it may end what it stands in there.
_SAFE = re.compile(r"https?://[A-Za-z0-9._:\[\]-]+(?:[/?#][A-Za-z0-9._~!$&()*+,;=:@%/?#-]*)?", re.ASCII)


def database_url_from(values: Mapping[str, str], mistakes: list[str]) -> str:
    """This function will read where the database is, and add what is wrong to the mistakes."""
    default = f"sqlite:///{user_data_path('pilothouse', appauthor=False) / 'pilothouse.db'}"
    url = values.get("PILOTHOUSE_DATABASE_URL", default).strip()
    url = url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url
    if not url.startswith(("sqlite:///", "postgresql://")) or url == "sqlite:///":
        scheme = url.partition(":")[0]
        mistakes.append(
            f"PILOTHOUSE_DATABASE_URL begins with {scheme!r}; it takes sqlite:///PATH or postgresql://…."
        )
    return url


def public_url_from(values: Mapping[str, str], mistakes: list[str]) -> str:
    """This function will read the bot's own address, and add what is wrong to the mistakes."""
    url = values.get("PILOTHOUSE_PUBLIC_URL", "").strip().rstrip("/")
    if url and (reason := public_url_problem(url)):
        mistakes.append(f"PILOTHOUSE_PUBLIC_URL is {url!r}; {reason}")
    return url


def public_url_problem(url: str) -> str:
    """This function will say why browsers shall not be led to an address; nothing where they may."""
    parts = _parts(url)
    if parts is None or parts.path or parts.query or parts.fragment:
        return "it takes an address without a path, such as https://bot.example.org."
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        return "whoever reads along could open the pages, so it must be https."
    return ""


def webhook_proxy_from(values: Mapping[str, str], mistakes: list[str]) -> str:
    """This function will read the channel that deliveries are fetched from, and add what is wrong to the mistakes."""
    url = values.get("PILOTHOUSE_WEBHOOK_PROXY", "").strip()
    if url and (reason := webhook_proxy_problem(url)):
        mistakes.append(f"PILOTHOUSE_WEBHOOK_PROXY is {url!r}; {reason}")
    return url


def webhook_proxy_problem(url: str) -> str:
    """This function will say why deliveries shall not be fetched from an address; nothing where they may."""
    parts = _parts(url)
    if parts is None or parts.path in {"", "/"} or parts.fragment:
        return "it takes the address of a channel, such as https://smee.io/AbCdEfGh12345678."
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        return "deliveries hold what private repositories hold, so it must be https."
    return ""


def _parts(url: str) -> SplitResult | None:
    """The parts of an address that a browser could open without a password in it; None where it is none."""
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number
        return None
    return parts if is_whole and _SAFE.fullmatch(url) else None

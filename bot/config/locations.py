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
    url = as_database_url(values.get("PILOTHOUSE_DATABASE_URL", default))
    if reason := database_url_problem(url):
        mistakes.append(f"PILOTHOUSE_DATABASE_URL begins with {url.partition(':')[0]!r}; {reason}")
    return url


def as_database_url(text: str) -> str:
    """This function will write an address as the database's library takes it: platforms give postgres://… too."""
    url = text.strip()
    return url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url


def database_url_problem(url: str) -> str:
    """This function will say why an address is no database's that can be used; nothing where it is one."""
    is_known = url.startswith(("sqlite:///", "postgresql://")) and url != "sqlite:///"
    return "" if is_known else "it takes sqlite:///PATH or postgresql://…."


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

"""Settings of the process about its pages: who signs in, what is kept and told, and how it is encrypted."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.config.app_settings import LOOPBACK
from bot.config.networks import Network, parse_networks

if TYPE_CHECKING:
    from collections.abc import Mapping

# As in `bot.config.settings`: every setting with its sentence for the documentation.
NAMES: Mapping[str, str] = {
    "PILOTHOUSE_CLIENT_ID": "The App's client id; with it and its secret, people sign in to the dashboard.",
    "PILOTHOUSE_CLIENT_SECRET": "The App's client secret, from its settings page.",
    "PILOTHOUSE_SECRET_KEY": (
        "What encrypts secrets at rest, 32 characters or more; two, comma-separated, during a rotation. "
        "Without it, tokens of people are sealed with a key from the webhook secret, and the set-up's file is plain."
    ),
    "PILOTHOUSE_OPERATORS": (
        "Logins (or `id:NUMBER`, which outlives a rename) of those who operate the bot: they see every repository, "
        "comma-separated."
    ),
    "PILOTHOUSE_KEEP_PAYLOADS": "Hours that handled payloads are kept to be seen and replayed (default 24; 0: none).",
    "PILOTHOUSE_TRUSTED_PROXIES": "Networks of reverse proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8.",
    "PILOTHOUSE_TRACES_URL": "Where OpenTelemetry traces are sent (OTLP over HTTP); without it there are none.",
    "PILOTHOUSE_TRACES_SHARE": "Which share of the traces is sent, from 0 to 1 (default 1: all).",
    "PILOTHOUSE_GOALS": (
        "Seconds within which people are to be served "
        "(default acknowledged=5, summarised=60, merged=60, merged_in_line=3600)."
    ),
}
_SHORTEST_KEY = 32
_DEFAULT_HOURS = 24
_MOST_HOURS = 72  # GitHub offers a redelivery for three days
# From a command to its acknowledgement, from a red run to its summary, from the last green check to the merge, and
# the same where a train or GitHub's queue runs CI once more in between: for that no goal in seconds could be met.
GOALS: Mapping[str, float] = {
    "acknowledged": 5.0,
    "summarised": 60.0,
    "merged": 60.0,
    "merged_in_line": 3600.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """What the pages may show and to whom; secrets do not show in its text."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    secret_keys: tuple[bytes, ...] = field(default=(), repr=False)  # the newest first
    operators: frozenset[str] = frozenset()  # logins in lower case
    keep_payload_hours: int = _DEFAULT_HOURS
    trusted_proxies: tuple[Network, ...] = ()
    traces_url: str = ""
    traces_share: float = 1.0
    goals: Mapping[str, float] = field(default_factory=lambda: GOALS)  # seconds, by what is waited for

    @property
    def has_sign_in(self) -> bool:
        """Whether people can sign in."""
        return bool(self.client_id and self.client_secret)


def web_settings_from(values: Mapping[str, str], mistakes: list[str]) -> WebSettings:
    """This function will read the settings of the pages, and add what is wrong to the mistakes."""
    client_id, client_secret = (
        values.get(f"PILOTHOUSE_{name}", "").strip() for name in ("CLIENT_ID", "CLIENT_SECRET")
    )
    if bool(client_id) != bool(client_secret):
        missing = "PILOTHOUSE_CLIENT_SECRET" if client_id else "PILOTHOUSE_CLIENT_ID"
        mistakes.append(f"{missing} is missing: signing in takes both. {NAMES[missing]}")
    return WebSettings(
        client_id=client_id,
        client_secret=client_secret,
        secret_keys=_keys(values, mistakes),
        operators=frozenset(each.lower() for each in _listed(values, "PILOTHOUSE_OPERATORS")),
        keep_payload_hours=_hours(values, mistakes),
        trusted_proxies=_proxies(values, mistakes),
        traces_url=_traces_url(values, mistakes),
        traces_share=_traces_share(values, mistakes),
        goals=_goals(values, mistakes),
    )


def _listed(values: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in values.get(name, "").split(",") if part.strip()]


def _keys(values: Mapping[str, str], mistakes: list[str]) -> tuple[bytes, ...]:
    keys = _listed(values, "PILOTHOUSE_SECRET_KEY")
    if any(len(key) < _SHORTEST_KEY for key in keys):
        mistakes.append(
            f"PILOTHOUSE_SECRET_KEY is shorter than {_SHORTEST_KEY} characters; make one with: openssl rand -hex 32"
        )
    return tuple(key.encode() for key in keys)


def _hours(values: Mapping[str, str], mistakes: list[str]) -> int:
    text = values.get("PILOTHOUSE_KEEP_PAYLOADS", str(_DEFAULT_HOURS)).strip()
    if not text.isdecimal() or int(text) > _MOST_HOURS:
        mistakes.append(f"PILOTHOUSE_KEEP_PAYLOADS is {text!r}; it takes hours from 0 to {_MOST_HOURS}.")
        return _DEFAULT_HOURS
    return int(text)


def _proxies(values: Mapping[str, str], mistakes: list[str]) -> tuple[Network, ...]:
    try:
        return parse_networks(values.get("PILOTHOUSE_TRUSTED_PROXIES", ""))
    except ValueError as error:
        mistakes.append(
            f"PILOTHOUSE_TRUSTED_PROXIES: {error}; it takes networks such as 10.0.0.0/8, fd00::/8."
        )
        return ()


def _traces_url(values: Mapping[str, str], mistakes: list[str]) -> str:
    url = values.get("PILOTHOUSE_TRACES_URL", "").strip()
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        mistakes.append(
            f"PILOTHOUSE_TRACES_URL is {url!r}; it takes an address such as https://otel.example.org/v1/traces."
        )
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
        mistakes.append(f"PILOTHOUSE_TRACES_URL is {url!r}; traces name repositories, so it must be https.")
    return url


def _traces_share(values: Mapping[str, str], mistakes: list[str]) -> float:
    text = values.get("PILOTHOUSE_TRACES_SHARE", "1").strip()
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        mistakes.append(
            f"PILOTHOUSE_TRACES_SHARE is {text!r}; it takes a number from 0 to 1, such as 0.1 for a tenth."
        )
        return 1.0
    return share


def _goals(values: Mapping[str, str], mistakes: list[str]) -> Mapping[str, float]:
    goals = dict(GOALS)
    for part in _listed(values, "PILOTHOUSE_GOALS"):
        name, _, seconds = (each.strip() for each in part.partition("="))
        if name not in GOALS or not seconds.isdecimal() or not int(seconds):
            mistakes.append(
                f"PILOTHOUSE_GOALS has {part!r}; it takes seconds such as acknowledged=5, summarised=60, merged=60."
            )
            continue
        goals[name] = float(seconds)
    return goals

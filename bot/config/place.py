"""What is known of a process before it has an App: what a set-up needs, and whether there is to be one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.config.app_settings import NAMES as NAMES_OF_APP
from bot.config.credentials import credentials_path, set_up_values
from bot.config.locations import database_url_from, public_url_from, webhook_proxy_from
from bot.config.settings import (
    DEFAULT_HOST,
    DEFAULT_PORT,
    SettingsError,
    given_from,
    level_from,
    number_from,
)
from bot.config.web_settings import web_settings_from

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.config.networks import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is known of a process before it has an App."""

    host: str
    port: int
    public_url: str
    webhook_proxy: str
    github_api_url: str  # empty where nobody has set it
    log_level: str
    credentials_path: Path
    secret_keys: tuple[bytes, ...] = field(repr=False)
    trusted_proxies: tuple[Network, ...]
    is_set_by_hand: bool  # somebody has set an App, or a part of one


def needs_app(environment: Mapping[str, str]) -> bool:
    """This function will say whether nobody has said anything of an App yet; what else is wrong is told elsewhere."""
    given = given_from(environment, [])
    return not _is_set_by_hand(given) and not credentials_path(given, database_url_from(given, [])).exists()


def _is_set_by_hand(given: Mapping[str, str]) -> bool:
    return any(name in given for name in (*NAMES_OF_APP, "PILOTHOUSE_WEBHOOK_SECRET"))


def place_from_env(environment: Mapping[str, str]) -> Place:
    """This function will read what a set-up needs to know, whether there is an App or not.

    Raises:
        SettingsError: with all mistakes at once.
    """
    mistakes: list[str] = []
    given = given_from(environment, mistakes)
    known = {**set_up_values(given, database_url_from(given, []), []), **given}
    web = web_settings_from(given, mistakes)
    place = Place(
        host=given.get("PILOTHOUSE_HOST", DEFAULT_HOST),
        port=int(number_from(given, "PORT", mistakes, default=DEFAULT_PORT, highest=65535)),
        public_url=public_url_from(known, mistakes),
        webhook_proxy=webhook_proxy_from(known, mistakes),
        github_api_url=given.get("PILOTHOUSE_GITHUB_API_URL", "").strip().rstrip("/"),
        log_level=level_from(given, mistakes),
        credentials_path=credentials_path(given, database_url_from(given, mistakes)),
        secret_keys=web.secret_keys,
        trusted_proxies=web.trusted_proxies,
        is_set_by_hand=_is_set_by_hand(given),
    )
    if mistakes:
        raise SettingsError(mistakes)
    return place

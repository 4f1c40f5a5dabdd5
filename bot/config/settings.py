"""Settings of the process: environment and optional TOML file in, one frozen value or all mistakes out."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.config.app_settings import NAMES as NAMES_OF_APP
from bot.config.app_settings import PUBLIC_API, AppAccess, app_access_from, proven_app_access_from
from bot.config.cost_settings import NAMES as NAMES_OF_COSTS
from bot.config.cost_settings import CostSettings, cost_settings_from
from bot.config.credentials import NAMES as NAMES_OF_CREDENTIALS
from bot.config.credentials import set_up_values
from bot.config.locations import database_url_from, public_url_from, webhook_proxy_from
from bot.config.networks import Network, parse_networks
from bot.config.web_settings import NAMES as NAMES_OF_WEB
from bot.config.web_settings import WebSettings, web_settings_from

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

PREFIX = "PILOTHOUSE_"
DEFAULT_HOST = "0.0.0.0"  # noqa: S104 - a webhook receiver faces the network
DEFAULT_PORT = 8080
_NEARLY = 0.92  # of 1, where 1 is the same name
_LEVELS = ("debug", "info", "warning", "error")

# Every setting with its sentence for the documentation; the TOML file uses the same names in lower case, no prefix.
NAMES: Mapping[str, str] = {
    **NAMES_OF_APP,
    "PILOTHOUSE_WEBHOOK_SECRET": "The webhook secret; two, comma-separated, during a rotation.",
    "PILOTHOUSE_GITHUB_API_URL": f"The API's address (default {PUBLIC_API}); GitHub Enterprise: https://HOST/api/v3.",
    "PILOTHOUSE_DATABASE_URL": "sqlite:///PATH or postgresql://… (default: SQLite in the user's data directory).",
    "PILOTHOUSE_HOST": "The address to listen on (default 0.0.0.0).",
    "PORT": f"The port to listen on (default {DEFAULT_PORT}).",
    "PILOTHOUSE_PUBLIC_URL": "The bot's own address as browsers reach it; with it, summaries link to its pages.",
    "PILOTHOUSE_WEBHOOK_PROXY": (
        "For trying it out without a public address: the channel of a webhook proxy such as https://smee.io/… from "
        "which deliveries are fetched."
    ),
    **NAMES_OF_CREDENTIALS,
    "PILOTHOUSE_OBEYED_APPS": "Numeric ids of Apps whose comments are obeyed like a person's, comma-separated.",
    "PILOTHOUSE_WRITE_PACE": "Seconds between two content writes of one installation (default 1.0).",
    "PILOTHOUSE_VERIFY_PRIVATE": "Networks beside the public one that health checks may ask, such as 10.0.0.0/8.",
    **NAMES_OF_WEB,
    **NAMES_OF_COSTS,
    "PILOTHOUSE_LOG_LEVEL": f"One of {', '.join(_LEVELS)} (default info).",
    "PILOTHOUSE_CONFIG": "A TOML file with any of these settings; the environment wins.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a process needs to know before it starts; secrets do not show in its text."""

    app_id: str
    private_key: str = field(repr=False)
    webhook_secrets: tuple[bytes, ...] = field(repr=False)
    github_api_url: str
    database_url: str = field(repr=False)
    host: str
    port: int
    public_url: str = ""  # without a slash at its end; empty where no page is to be linked
    webhook_proxy: str = ""  # empty where GitHub reaches us by itself
    obeyed_apps: frozenset[int]
    write_pace: float
    log_level: str
    verify_private: tuple[Network, ...] = ()  # the networks within ours that health checks may ask
    costs: CostSettings = field(default_factory=CostSettings)
    web: WebSettings = field(default_factory=WebSettings)

    @property
    def sealing_secrets(self) -> tuple[bytes, ...]:
        """What keys for secrets at rest are derived from, the newest first."""
        return self.web.secret_keys or self.webhook_secrets


class SettingsError(Exception):
    """Some settings are missing or wrong; the message lists every one of them with what to do."""

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = tuple(mistakes)
        lines = "\n".join(f"  - {mistake}" for mistake in mistakes)
        super().__init__(f"The settings have {len(mistakes)} mistake(s):\n{lines}")


def settings_from_env(environment: Mapping[str, str]) -> Settings:
    """This function will read the environment and the TOML file it may name.

    Raises:
        SettingsError: with all mistakes at once.
    """
    mistakes: list[str] = []
    values = _values(environment, mistakes)
    access = app_access_from(values, mistakes)
    settings = Settings(
        app_id=access.app_id,
        private_key=access.private_key,
        webhook_secrets=_secrets(values, mistakes),
        github_api_url=access.github_api_url,
        database_url=database_url_from(values, mistakes),
        host=values.get("PILOTHOUSE_HOST", DEFAULT_HOST),
        port=int(number_from(values, "PORT", mistakes, default=DEFAULT_PORT, highest=65535)),
        public_url=public_url_from(values, mistakes),
        webhook_proxy=webhook_proxy_from(values, mistakes),
        obeyed_apps=_app_ids(values, mistakes),
        write_pace=number_from(values, "PILOTHOUSE_WRITE_PACE", mistakes, default=1.0, highest=60),
        log_level=level_from(values, mistakes),
        verify_private=_networks(values, mistakes),
        costs=cost_settings_from(values, mistakes),
        web=web_settings_from(values, mistakes),
    )
    if mistakes:
        raise SettingsError(mistakes)
    return settings


def _alone(environment: Mapping[str, str], read: Callable[[dict[str, str], list[str]], T]) -> T:
    """Read one part of the settings, whatever the others say."""
    mistakes: list[str] = []
    found = read(_values(environment, mistakes), mistakes)
    if mistakes:
        raise SettingsError(mistakes)
    return found


def database_url_from_env(environment: Mapping[str, str]) -> str:
    """This function will read only where the database is, for whoever looks at it without serving.

    Raises:
        SettingsError: with all mistakes at once.
    """
    return _alone(environment, database_url_from)


def app_from_env(environment: Mapping[str, str]) -> AppAccess:
    """This function will read only what it takes to speak as the App, for whoever serves nothing.

    Raises:
        SettingsError: with all mistakes at once.
    """
    return _alone(environment, proven_app_access_from)


def costs_from_env(environment: Mapping[str, str]) -> CostSettings:
    """This function will read only what is set about costs and AWS, for whoever serves nothing.

    Raises:
        SettingsError: with all mistakes at once.
    """
    return _alone(environment, cost_settings_from)


def _values(environment: Mapping[str, str], mistakes: list[str]) -> dict[str, str]:
    """The settings by their environment names: the set-up's first, over them those that somebody has set."""
    given = given_from(environment, mistakes)
    return {**set_up_values(given, database_url_from(given, []), mistakes), **given}


def given_from(environment: Mapping[str, str], mistakes: list[str]) -> dict[str, str]:
    """This function will give what somebody has set: the file's first, the environment's over it."""
    values: dict[str, str] = {}
    if path := environment.get("PILOTHOUSE_CONFIG"):
        values |= _file_values(Path(path), mistakes)
    values |= {name: environment[name] for name in NAMES if environment.get(name)}
    mistakes += _misspelt(environment)
    return values


def _misspelt(environment: Mapping[str, str]) -> list[str]:
    """Names that are nearly a setting's; others may be there for reasons of the platform that runs us."""
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in NAMES)
    near = ((name, get_close_matches(name, NAMES, n=1, cutoff=_NEARLY)) for name in unknown)
    return [f"{name} is not a setting; did you mean {match[0]}?" for name, match in near if match]


def _file_values(path: Path, mistakes: list[str]) -> dict[str, str]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        mistakes.append(f"PILOTHOUSE_CONFIG names {path}, which cannot be read: {error.strerror}.")
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes.append(f"{path} is not valid TOML: {error}.")
        return {}
    values = {}
    for key, value in content.items():
        name = "PORT" if key == "port" else PREFIX + key.upper()
        if name not in NAMES or name == "PILOTHOUSE_CONFIG":
            mistakes.append(
                f"{path}: {key} is not a setting; write the names in lower case without {PREFIX}."
            )
        elif isinstance(value, list):
            values[name] = ",".join(str(item) for item in value)
        else:
            values[name] = str(value)
    return values


def _secrets(values: Mapping[str, str], mistakes: list[str]) -> tuple[bytes, ...]:
    text = values.get("PILOTHOUSE_WEBHOOK_SECRET", "").strip()
    if not text:
        mistakes.append(f"PILOTHOUSE_WEBHOOK_SECRET is missing. {NAMES['PILOTHOUSE_WEBHOOK_SECRET']}")
    secrets = tuple(part.strip().encode() for part in text.split(",") if part.strip())
    if text and not secrets:
        mistakes.append("PILOTHOUSE_WEBHOOK_SECRET has only commas; give the secret of the App's webhook.")
    return secrets


def number_from(
    values: Mapping[str, str], name: str, mistakes: list[str], *, default: float, highest: float
) -> float:
    """This function will read a number, and add what is wrong with it to the mistakes."""
    text = values.get(name)
    if text is None:
        return default
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= highest or (isinstance(default, int) and number % 1):
        mistakes.append(f"{name} is {text!r}; it takes a number from 0 to {highest}.")
        return default
    return number


def _app_ids(values: Mapping[str, str], mistakes: list[str]) -> frozenset[int]:
    parts = [part.strip() for part in values.get("PILOTHOUSE_OBEYED_APPS", "").split(",") if part.strip()]
    if wrong := [part for part in parts if not part.isdecimal()]:
        mistakes.append(f"PILOTHOUSE_OBEYED_APPS has {', '.join(wrong)}; it takes numeric App ids.")
    return frozenset(int(part) for part in parts if part.isdecimal())


def _networks(values: Mapping[str, str], mistakes: list[str]) -> tuple[Network, ...]:
    try:
        return parse_networks(values.get("PILOTHOUSE_VERIFY_PRIVATE", ""))
    except ValueError as error:
        mistakes.append(
            f"PILOTHOUSE_VERIFY_PRIVATE: {error}; it takes networks such as 10.0.0.0/8, fd00::/8."
        )
        return ()


def level_from(values: Mapping[str, str], mistakes: list[str]) -> str:
    """This function will read how much is logged, and add what is wrong with it to the mistakes."""
    level = values.get("PILOTHOUSE_LOG_LEVEL", "info").strip().lower()
    if level not in _LEVELS:
        mistakes.append(f"PILOTHOUSE_LOG_LEVEL is {level!r}; it takes {', '.join(_LEVELS)}.")
    return level

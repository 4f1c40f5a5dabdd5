"""The file in which the set-up keeps the App's keys: readable by its owner alone, written whole or not at all."""

from __future__ import annotations

import json
import os
import stat
import tempfile
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path

from bot.config.app_settings import APP_ID
from bot.config.web_settings import web_settings_from
from bot.sealing import UnsealError, sealer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NAMES: Mapping[str, str] = {
    "PILOTHOUSE_CREDENTIALS": (
        "The file in which the set-up keeps the App's keys "
        "(default: credentials.toml beside the SQLite database, or in the user's data directory)."
    ),
}
_NAME = "credentials.toml"
_NEWLINE = "\\n"  # as the settings take it back
_PURPOSE = "credentials"
_PREFIX = "PILOTHOUSE_"
_SECRETS = ("private_key", "webhook_secret", "client_secret")
_OTHERS = ("app_id", "client_id", "slug", "html_url", "github_api_url", "public_url", "webhook_proxy")
_UNSET = ("slug", "html_url")  # kept for people, and no settings
_AGAIN = "Restore it from a backup, or make a new App: pilothouse setup --again"
_HEAD = """\
# The keys of the GitHub App, written by Pilothouse's set-up. Whoever has them is the App: keep this file secret.
# The environment wins over it; `pilothouse credentials` shows, prints and rotates what it holds.
"""


class CredentialsError(Exception):
    """The file cannot be read, written or opened; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What it takes to be the App, as GitHub handed it out once."""

    app_id: str
    client_id: str
    slug: str
    html_url: str
    github_api_url: str
    private_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)  # two, comma-separated, during a rotation
    client_secret: str = field(repr=False)
    public_url: str = ""
    webhook_proxy: str = ""

    def values(self) -> dict[str, str]:
        """This function will give the settings that they stand for, by their environment names."""
        told = {name: getattr(self, name) for name in (*_OTHERS, *_SECRETS) if name not in _UNSET}
        return {_PREFIX + name.upper(): value for name, value in told.items() if value}

    def lines(self) -> tuple[str, ...]:
        """This function will give the settings as lines of an environment file."""
        return tuple(f"{name}={value.replace(chr(10), _NEWLINE)}" for name, value in self.values().items())


def credentials_path(values: Mapping[str, str], database_url: str) -> Path:
    """This function will say where the file is: where the settings name it, else beside the database."""
    if named := values.get("PILOTHOUSE_CREDENTIALS", "").strip():
        return Path(named)
    if database_url.startswith("sqlite:///"):
        return Path(database_url.removeprefix("sqlite:///").partition("?")[0]).parent / _NAME
    return user_data_path("pilothouse", appauthor=False) / _NAME


def set_up_values(values: Mapping[str, str], database_url: str, mistakes: list[str]) -> dict[str, str]:
    """This function will give the settings that the set-up made, and add what is wrong with them to the mistakes.

    Where the environment names another App than the file, nothing of the file is used: keys of two Apps must not mix.
    """
    try:
        kept = read_credentials(
            credentials_path(values, database_url), web_settings_from(values, []).secret_keys
        )
    except CredentialsError as error:
        if not values.get(APP_ID, "").strip():
            mistakes.append(str(error))
        return {}
    if kept is None or values.get(APP_ID, kept.app_id).strip() not in {kept.app_id, kept.client_id}:
        return {}
    settings = kept.values()
    if "PILOTHOUSE_PRIVATE_KEY_FILE" in values:
        del settings["PILOTHOUSE_PRIVATE_KEY"]
    return settings


def read_credentials(path: Path, keys: tuple[bytes, ...]) -> Credentials | None:
    """This function will read the file; None where there is none.

    Raises:
        CredentialsError: it is there and cannot be used.
    """
    try:
        mode = path.stat().st_mode
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CredentialsError(f"{path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CredentialsError(f"{path} is not valid TOML: {error}. {_AGAIN}") from error
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise CredentialsError(f"{path} holds the App's keys and others may open it. Run: chmod 600 {path}")
    return _credentials(path, content, keys)


def _credentials(path: Path, content: Mapping[str, object], keys: tuple[bytes, ...]) -> Credentials:
    found = {name: value for name, value in content.items() if isinstance(value, str)}
    if sealed := found.pop("sealed", ""):
        found |= _opened(path, sealed, keys)
    if missing := [name for name in (*_OTHERS, *_SECRETS) if name not in found]:
        raise CredentialsError(f"{path} lacks {', '.join(missing)}. {_AGAIN}")
    return Credentials(**{name: found[name] for name in (*_OTHERS, *_SECRETS)})


def _opened(path: Path, sealed: str, keys: tuple[bytes, ...]) -> dict[str, str]:
    if not keys:
        raise CredentialsError(f"{path} is encrypted: set the PILOTHOUSE_SECRET_KEY that it was made with.")
    try:
        opened: dict[str, str] = json.loads(sealer(keys, _PURPOSE).open(sealed))
    except UnsealError as error:
        raise CredentialsError(f"{path} cannot be opened. {error}") from error
    return opened


def write_credentials(path: Path, credentials: Credentials, keys: tuple[bytes, ...]) -> None:
    """This function will write the file: whole or not at all, for its owner alone, encrypted where there is a key.

    Raises:
        CredentialsError: it cannot be written.
    """
    secrets = {name: getattr(credentials, name) for name in _SECRETS}
    shown = {name: getattr(credentials, name) for name in _OTHERS}
    told = {"sealed": sealer(keys, _PURPOSE).seal(json.dumps(secrets))} if keys else secrets
    write_private(path, _HEAD + "".join(_lines({**shown, **told})))


def write_private(path: Path, text: str) -> None:
    """This function will write a text that only the owner may read: whole or not at all, and durably.

    Raises:
        CredentialsError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # for the owner alone
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise CredentialsError(
            f"{path} cannot be written: {error.strerror}. Make {path.parent} writable for this user, "
            "or name another place with PILOTHOUSE_CREDENTIALS."
        ) from error


def _sync_folder(folder: Path) -> None:
    """Let the new name survive a power cut too, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lines(told: Mapping[str, str]) -> Iterable[str]:
    for name, value in told.items():
        # A JSON string is a TOML string where nothing is written as surrogates, and DEL is escaped.
        quoted = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        yield f"{name} = {quoted}\n"

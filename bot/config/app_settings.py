"""Who the App is and where GitHub is: the settings that every program needs that speaks as the App."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

PUBLIC_API = "https://api.github.com"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
APP_ID = "PILOTHOUSE_APP_ID"
# PKCS #1 and #8 without password, RFC 7468 and 8017; what is encrypted has another label or further headers.
_PEM = re.compile(
    r"-----BEGIN (RSA |)PRIVATE KEY-----\s([A-Za-z0-9+/=\s]+)-----END \1PRIVATE KEY-----", re.ASCII
)
_RSA = bytes.fromhex("06092a864886f70d010101")  # rsaEncryption
_HEADER = 32  # bytes within which a PKCS #8 key says what it is of
NAMES: Mapping[str, str] = {
    "PILOTHOUSE_APP_ID": "The App's id or client id, from its settings page.",
    "PILOTHOUSE_PRIVATE_KEY": "The App's private key as PEM text.",
    "PILOTHOUSE_PRIVATE_KEY_FILE": "A file that holds the App's private key, instead of the text.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppAccess:
    """What it takes to speak as the App."""

    app_id: str
    private_key: str = field(repr=False)
    github_api_url: str


def app_access_from(values: Mapping[str, str], mistakes: list[str]) -> AppAccess:
    """This function will read who the App is and where GitHub is, and add what is wrong to the mistakes."""
    app_id = values.get(APP_ID, "").strip()
    if not app_id:
        mistakes.append(
            f"{APP_ID} is missing. {NAMES[APP_ID]} `pilothouse serve` makes an App where none is set."
        )
    return AppAccess(
        app_id=app_id,
        private_key=_private_key(values, mistakes),
        github_api_url=_api_url(values, mistakes),
    )


def proven_app_access_from(values: Mapping[str, str], mistakes: list[str]) -> AppAccess:
    """This function will read the same, and have the key proven: for who speaks as the App at once."""
    # Imported here: the form of a key is enough for a process that does not sign with it.
    from bot.github.credentials import InvalidPrivateKey, rsa_key  # noqa: PLC0415 - see above

    access = app_access_from(values, mistakes)
    if not mistakes:
        try:
            rsa_key(access.private_key)
        except InvalidPrivateKey as error:
            mistakes.append(f"PILOTHOUSE_PRIVATE_KEY: {error}.")
    return access


def _private_key(values: Mapping[str, str], mistakes: list[str]) -> str:
    text = values.get("PILOTHOUSE_PRIVATE_KEY", "").replace("\\n", "\n").strip()
    source = "PILOTHOUSE_PRIVATE_KEY"
    if not text and (path := values.get("PILOTHOUSE_PRIVATE_KEY_FILE")):
        source = f"PILOTHOUSE_PRIVATE_KEY_FILE ({path})"
        try:
            text = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            mistakes.append(f"{source} cannot be read: {error}.")
            return ""
    if not text:
        mistakes.append(
            "PILOTHOUSE_PRIVATE_KEY or PILOTHOUSE_PRIVATE_KEY_FILE is missing. "
            "Generate a key on the App's settings page and give its PEM text or file."
        )
        return ""
    if not _is_rsa_key(text):
        mistakes.append(f"{source} is not an RSA private key without password in PEM form.")
    return text


def _is_rsa_key(text: str) -> bool:
    """By its form alone: the web process needs no key, and is spared the library that proves one."""
    found = _PEM.fullmatch(text)
    if found is None:
        return False
    kind, encoded = found.groups()
    try:
        der = b64decode("".join(encoded.split()), validate=True)
    except ValueError:
        return False
    return bool(kind) or _RSA in der[:_HEADER]


def _api_url(values: Mapping[str, str], mistakes: list[str]) -> str:
    url = values.get("PILOTHOUSE_GITHUB_API_URL", PUBLIC_API).strip().rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        mistakes.append(f"PILOTHOUSE_GITHUB_API_URL is {url!r}; it takes an address such as {PUBLIC_API}.")
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
        mistakes.append(f"PILOTHOUSE_GITHUB_API_URL is {url!r}; tokens are sent there, so it must be https.")
    return url

"""Who the App is and where GitHub is: the settings that every program needs that speaks as the App."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

if TYPE_CHECKING:
    from collections.abc import Mapping

PUBLIC_API = "https://api.github.com"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
APP_ID = "PILOTHOUSE_APP_ID"
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
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, RSAPrivateKey):
        mistakes.append(f"{source} is not an RSA private key without password in PEM form.")
    return text


def _api_url(values: Mapping[str, str], mistakes: list[str]) -> str:
    url = values.get("PILOTHOUSE_GITHUB_API_URL", PUBLIC_API).strip().rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        mistakes.append(f"PILOTHOUSE_GITHUB_API_URL is {url!r}; it takes an address such as {PUBLIC_API}.")
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
        mistakes.append(f"PILOTHOUSE_GITHUB_API_URL is {url!r}; tokens are sent there, so it must be https.")
    return url

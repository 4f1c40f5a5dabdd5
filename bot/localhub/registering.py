"""How the one App comes to be, as GitHub does it: a manifest is confirmed, its keys are handed out once, it is deleted.

https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson

from bot.localhub.access import generated_key
from bot.localhub.exchange import not_found
from bot.localhub.state.accounts import uninstall

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.localhub.access import Access
    from bot.localhub.deliveries import Deliveries
    from bot.localhub.state.authorizations import Authorizations
    from bot.localhub.state.nouns import App, User
    from bot.localhub.state.store import Store

CODE_LIFE = timedelta(hours=1)
LONGEST_NAME = 34  # https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/registering-a-github-app
MOST_CALLBACKS = 10
_INVALID = "The configuration does not appear to be a valid GitHub App manifest."
_LEVELS = {"read", "write", "admin"}


class InvalidManifest(Exception):  # noqa: N818 - what GitHub's page says, not an error of ours
    """GitHub shows no form for such a manifest."""


@dataclass(slots=True, kw_only=True)
class Keys:
    """What the App is given at its registration."""

    private_key_pem: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    client_secret: str = field(repr=False)


def new_keys(*, private_key_pem: str = "", webhook_secret: str = "") -> Keys:
    """This function will make the keys of an App, those that are given as they are."""
    return Keys(
        private_key_pem=private_key_pem or generated_key(),
        webhook_secret=webhook_secret or secrets.token_hex(16),
        client_secret=secrets.token_hex(20),
    )


class Registrations:
    """The App's registration on the local GitHub, which has room for one.

    Args:
        app: the App; what becomes registered takes its place.
        keys: its keys, replaced with it.
    """

    def __init__(self, store: Store, app: App, keys: Keys, access: Access, deliveries: Deliveries) -> None:
        self._store = store
        self._app = app
        self._keys = keys
        self._access = access
        self._deliveries = deliveries
        self._codes: dict[str, datetime] = {}
        self.manifest: Mapping[str, Any] = {}

    @property
    def keys(self) -> Keys:
        """The keys of the App as it is now."""
        return self._keys

    @property
    def webhook(self) -> str:
        """Where deliveries go; empty where they go nowhere."""
        return self._deliveries.url or ""

    @property
    def app(self) -> App:
        """The App as it is now."""
        return self._app

    @property
    def authorizations(self) -> Authorizations:
        """What people have allowed the App."""
        return self._access.authorizations

    def read(self, text: str) -> dict[str, Any]:
        """This function will read a manifest.

        Raises:
            InvalidManifest: GitHub would not take it.
        """
        try:
            manifest = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise InvalidManifest(_INVALID) from error
        if not isinstance(manifest, dict):
            raise InvalidManifest(_INVALID)
        for problem in _problems(manifest):
            raise InvalidManifest(f"{_INVALID} Error: {problem}")
        return manifest

    def name_problem(self, name: str) -> str:
        """This function will say why an App cannot be called so; nothing where it can."""
        if not name or not slug_of(name):
            return "Name can't be blank"
        if len(name) > LONGEST_NAME:
            return f"Name is too long (maximum is {LONGEST_NAME} characters)"
        is_own = slug_of(name) == self._app.slug and not self._app.is_registered
        taken = slug_of(name) in self._store.users or f"{slug_of(name)}[bot]" in self._store.users
        return "Name is already taken" if taken and not is_own else ""

    def create(self, manifest: Mapping[str, Any], *, name: str, owner: User) -> str:
        """This function will register the App, greet its webhook, and give the code that its keys are fetched with."""
        made = self._store.app(slug_of(name), name=name, owner=owner)
        app = self._app
        app.id, app.client_id, app.slug, app.name = made.id, made.client_id, made.slug, name
        app.owner, app.bot, app.created_at = owner, made.bot, made.created_at
        app.permissions = {"metadata": "read", **manifest.get("default_permissions", {})}
        app.events = tuple(manifest.get("default_events", ()))
        app.is_registered = True
        self.manifest = manifest
        self._renew_keys()
        hook = manifest.get("hook_attributes", {})
        self._deliveries.url = hook["url"] if hook.get("active", True) and hook else None
        if self._deliveries.url is not None:
            self._deliveries.ping()
        code = secrets.token_hex(20)
        self._codes[code] = self._store.exact_now() + CODE_LIFE
        return code

    def _renew_keys(self) -> None:
        made = new_keys()
        self._keys.private_key_pem = made.private_key_pem
        self._keys.webhook_secret = self._deliveries.secret = made.webhook_secret
        self._keys.client_secret = made.client_secret
        self._access.trust(made.private_key_pem)

    def convert(self, code: str) -> Keys:
        """This function will hand out the keys for a code, once and within the hour.

        Raises:
            Refused: 404, the code is not known any more.
        """
        until = self._codes.pop(code, None)
        if until is None or until <= self._store.exact_now():
            raise not_found()
        return self._keys

    def delete(self) -> None:
        """This function will delete the App: its installations go, and its keys open nothing any more."""
        for installation in [one for one in self._store.installations.values() if one.app is self._app]:
            uninstall(self._store, installation)
        self._app.is_registered = False
        self._deliveries.url = None


def slug_of(name: str) -> str:
    """This function will give the name of an App as addresses have it."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _problems(manifest: Mapping[str, Any]) -> list[str]:
    """What is wrong, in GitHub's words: it names a missing field without the object that it is missing in."""
    missing = [
        '"url" wasn\'t supplied.'
        for holder in (manifest, manifest.get("hook_attributes", {"url": "none"}))
        if not isinstance(holder, dict) or not isinstance(holder.get("url"), str)
    ]
    urls = manifest.get("callback_urls", [])
    if not isinstance(urls, list) or len(urls) > MOST_CALLBACKS:
        missing.append(f'"callback_urls" takes at most {MOST_CALLBACKS} addresses.')
    permissions = manifest.get("default_permissions", {})
    if not isinstance(permissions, dict) or not set(permissions.values()) <= _LEVELS:
        missing.append('"default_permissions" is invalid.')
    events = manifest.get("default_events", [])
    if not isinstance(events, list) or not all(isinstance(one, str) for one in events):
        missing.append('"default_events" is invalid.')
    return missing

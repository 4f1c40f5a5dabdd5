"""What people have allowed the App to do in their name: codes, user tokens and refresh tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.localhub.state.store import Happening

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.localhub.state.nouns import App, User
    from bot.localhub.state.store import Store

CODE_LIFE = timedelta(minutes=10)
TOKEN_LIFE = timedelta(hours=8)
REFRESH_LIFE = timedelta(seconds=15_811_200)  # six months


class Unauthorizable(Exception):  # noqa: N818 - it is an answer, not a mistake of ours
    """What GitHub answers to a code or refresh token that is worth nothing."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What a person's browser brings back to the App."""

    person: User
    redirect_uri: str
    challenge: str  # empty where the App sent none
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UserToken:
    """A token that stands for a person as far as the App reaches."""

    text: str
    person: User
    expires_at: datetime | None  # None where the App has opted out
    refresh: str
    refresh_expires_at: datetime


class Authorizations:
    """The codes and tokens that stand for people."""

    def __init__(self, store: Store, app: App, client_secret: Callable[[], str]) -> None:
        self._store = store
        self._app = app
        self._client_secret = client_secret
        self._codes: dict[str, Code] = {}
        self._tokens: dict[str, UserToken] = {}
        self._authorized: set[int] = set()
        self.callback_urls: tuple[str, ...] = ()
        self.expires = True  # whether user tokens do: an optional feature of an App

    def is_client(self, client_id: str, client_secret: str) -> bool:
        """This function will say whether these are the App's own id and secret."""
        right = f"{self._app.client_id}:{self._client_secret()}"
        return self._app.is_registered and hmac.compare_digest(
            right.encode(), f"{client_id}:{client_secret}".encode()
        )

    def has_authorized(self, person: User) -> bool:
        """This function will say whether a person has allowed the App to act in their name."""
        return person.id in self._authorized

    def allow(self, person: User, *, redirect_uri: str, challenge: str = "") -> str:
        """This function will make the code with which the browser is sent back."""
        self._authorized.add(person.id)
        text = self._new_text("", 20)
        expires_at = self._store.exact_now() + CODE_LIFE
        self._codes[text] = Code(
            person=person, redirect_uri=redirect_uri, challenge=challenge, expires_at=expires_at
        )
        return text

    def redeem(self, text: str, *, redirect_uri: str, verifier: str) -> UserToken:
        """This function will make a token of a code, once.

        Raises:
            Unauthorizable: the code, the address or the verifier is not the one of the first request.
        """
        code = self._codes.pop(text, None)
        if code is None or code.expires_at <= self._store.exact_now():
            raise _bad_code()
        if redirect_uri and redirect_uri != code.redirect_uri:
            raise Unauthorizable(
                "redirect_uri_mismatch",
                "The redirect_uri MUST match the registered callback URL for this application.",
            )
        if code.challenge and code.challenge != _challenge(verifier):
            raise _bad_code()
        return self._issue(code.person)

    def refresh(self, text: str) -> UserToken:
        """This function will make a new pair of tokens; the old ones work no longer.

        Raises:
            Unauthorizable: it was used already, or is too old.
        """
        found = next((one for one in self._tokens.values() if one.refresh == text), None)
        if found is None or not text or found.refresh_expires_at <= self._store.exact_now():
            raise Unauthorizable("bad_refresh_token", "The refresh token passed is incorrect or expired.")
        del self._tokens[found.text]
        return self._issue(found.person)

    def person_of(self, text: str) -> User | None:
        """This function will say whom a token stands for, while it does."""
        found = self._tokens.get(text)
        if found is None or (found.expires_at is not None and found.expires_at <= self._store.exact_now()):
            return None
        return found.person

    def revoke(self, text: str) -> bool:
        """This function will make one token useless."""
        return self._tokens.pop(text, None) is not None

    def revoke_all(self, person: User) -> None:
        """This function will take back what a person allowed, as their settings page does, and tell the App."""
        self._authorized.discard(person.id)
        self._tokens = {text: one for text, one in self._tokens.items() if one.person is not person}
        self._store.emit(
            Happening(
                event="github_app_authorization",
                action="revoked",
                repository=None,
                sender=person,
                subject=self._app,
            )
        )

    def clear(self) -> None:
        """This function will forget what everybody allowed."""
        self._codes.clear()
        self._tokens.clear()
        self._authorized.clear()

    def _issue(self, person: User) -> UserToken:
        now = self._store.exact_now()
        made = UserToken(
            text=self._new_text("ghu_", 36),
            person=person,
            expires_at=now + TOKEN_LIFE if self.expires else None,
            refresh=self._new_text("ghr_", 76) if self.expires else "",
            refresh_expires_at=now + REFRESH_LIFE,
        )
        self._tokens[made.text] = made
        return made

    def _new_text(self, prefix: str, length: int) -> str:
        digest = hashlib.sha512(f"{self._app.client_id}.{self._store.next_id()}".encode()).hexdigest()
        return prefix + digest[:length]


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _bad_code() -> Unauthorizable:
    return Unauthorizable("bad_verification_code", "The code passed is incorrect or expired.")

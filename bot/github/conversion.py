"""Fetches the keys of an App that was registered from a manifest: once, with the code that GitHub gave for it.

https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote

import msgspec

from bot.forms import decode
from bot.github.answers import Failing
from bot.github.transport import Transport

_CODE = re.compile(r"[0-9A-Za-z_-]{1,255}")
_CREATED = 201
_GONE = frozenset({404, 422})
_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """An App as GitHub made it, with the keys that are told this once."""

    app_id: int
    client_id: str
    slug: str
    html_url: str
    owner: str
    private_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)  # empty where GitHub made none
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """The code opens nothing (any longer): it was wrong, used before, or older than an hour."""

    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """GitHub did not answer as it should; the code may still be good."""

    told: str
    was_sent: bool  # it may have been used by this


class _OwnerShape(msgspec.Struct):
    login: str = ""


class _ConvertedShape(msgspec.Struct):
    id: int
    slug: str
    html_url: str
    client_id: str
    client_secret: str
    pem: str
    webhook_secret: str | None = None
    owner: _OwnerShape = msgspec.field(default_factory=_OwnerShape)


class _RefusalShape(msgspec.Struct):
    message: str = ""


def is_code(text: str) -> bool:
    """This function will say whether a text may be a code of GitHub's."""
    return _CODE.fullmatch(text) is not None


async def convert(code: str, *, api_url: str) -> Converted | Spent | Unanswered:
    """This function will exchange a code for the App's keys; GitHub hands them out once."""
    transport = Transport(_SECONDS)
    await transport.open()
    try:
        answer = await transport.send(
            "POST",
            f"{api_url}/app-manifests/{quote(code, safe='')}/conversions",
            {
                "Accept": "application/vnd.github+json",
                "User-Agent": "pilothouse",
                "X-GitHub-Api-Version": "2022-11-28",  # GitHub Enterprise Server may know no newer one
            },
            None,
        )
    finally:
        await transport.close()
    if isinstance(answer, Failing):
        return Unanswered(told=answer.reason, was_sent=answer.was_sent)
    if answer.status == _CREATED:
        return _converted(answer.body)
    told = f"GitHub answered {answer.status}: {_message(answer.body)}"
    return Spent(told=told) if answer.status in _GONE else Unanswered(told=told, was_sent=False)


def _converted(body: bytes) -> Converted | Unanswered:
    try:
        shape = decode(body, _ConvertedShape)
    except msgspec.MsgspecError as error:
        return Unanswered(told=f"GitHub's answer is not what it documents: {error}", was_sent=True)
    return Converted(
        app_id=shape.id,
        client_id=shape.client_id,
        slug=shape.slug,
        html_url=shape.html_url,
        owner=shape.owner.login,
        private_key=shape.pem,
        webhook_secret=shape.webhook_secret or "",
        client_secret=shape.client_secret,
    )


def _message(body: bytes) -> str:
    try:
        return decode(body, _RefusalShape).message[:200] or "no reason"
    except msgspec.MsgspecError:
        return "no reason"

"""Makes a delivery again, byte for byte, of what a webhook proxy tells of it.

smee.io reads a payload as JSON and writes it anew, as JavaScript does:
https://github.com/probot/smee.io/blob/master/lib/server.js
What the signature was made over is that text in most cases, and in some it can be found again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from bot.forms import decode
from bot.web.webhook import is_signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SIGNATURE = "x-hub-signature-256"
_PASSED_ON = re.compile(r"x-github-[a-z-]+|x-hub-signature(?:-256)?|user-agent|accept")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]{0,1000}")
_LARGE_NUMBER = re.compile(rb"[:\[,]-?\d{16,}")
_NUMBER_AS_KEY = re.compile(rb'[{,]"\d+":')


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """A delivery as GitHub sent it, as far as that can be told."""

    headers: Mapping[str, str]
    body: bytes
    doubt: str = ""  # why its signature will not be taken; empty where it fits, or nobody can tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """What came is no delivery of GitHub's."""

    why: str


def rebuild(told: str, secrets: Iterable[bytes]) -> Rebuilt | Foreign:
    """This function will make the delivery that a message of the channel tells of.

    Args:
        told: the data of the message.
        secrets: of the App's webhook; where there are none, the text of the payload is taken as it came.
    """
    try:
        parts = decode(told, dict[str, msgspec.Raw])
    except msgspec.MsgspecError:
        return Foreign(why="it is no message of a webhook proxy")
    headers = {name: value for name, value in _texts(parts) if _PASSED_ON.fullmatch(name)}
    body = bytes(parts.get("body", b""))
    if "x-github-event" not in headers or "x-github-delivery" not in headers:
        return Foreign(why="it does not come from GitHub")
    if not body.startswith(b"{"):
        return Foreign(why="its payload is no JSON: choose application/json in the App's settings")
    given = headers.get(_SIGNATURE, "")
    known = tuple(secrets)
    exact = next(
        (one for one in _forms(body) if any(is_signed(one, secret, given) for secret in known)), None
    )
    doubt = _doubt(body, given) if known and exact is None else ""
    return Rebuilt(headers={**headers, "content-type": "application/json"}, body=exact or body, doubt=doubt)


def _texts(parts: Mapping[str, msgspec.Raw]) -> Iterable[tuple[str, str]]:
    """The members that are texts which a header can carry."""
    for name, raw in parts.items():
        if bytes(raw).startswith(b'"'):
            value = decode(bytes(raw), str)
            if _HEADER_VALUE.fullmatch(value):
                yield name.lower(), value


def _forms(body: bytes) -> Iterable[bytes]:
    """The texts that mean the same and that JavaScript writes as this one."""
    yield body
    by_web = body.replace(b"<", b"\\u003c").replace(b">", b"\\u003e").replace(b"&", b"\\u0026")
    for form in (by_web, body.replace(b"/", b"\\/"), _ascii(body), _ascii(by_web)):
        if form != body:
            yield form


def _ascii(body: bytes) -> bytes:
    return re.sub(
        r"[^\x00-\x7f]",
        lambda found: "".join(f"\\u{int.from_bytes(pair, 'big'):04x}" for pair in _units(found[0])),
        body.decode(),
    ).encode()


def _units(character: str) -> Iterable[bytes]:
    encoded = character.encode("utf-16-be", errors="surrogatepass")
    return (encoded[place : place + 2] for place in range(0, len(encoded), 2))


def _doubt(body: bytes, given: str) -> str:
    if not given:
        return "it has no signature: set the webhook secret in the App's settings"
    if _LARGE_NUMBER.search(body) or _NUMBER_AS_KEY.search(body):
        return (
            "the proxy wrote the payload anew, and its large numbers or its order are not what was signed; "
            "only a proxy that keeps the bytes, or a public address, helps"
        )
    return "the signature does not fit: the secret differs from the one in the App's settings"

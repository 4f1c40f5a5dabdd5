"""A delivery is made again, byte for byte, of what a webhook proxy tells of it."""

from __future__ import annotations

import hashlib
import hmac
import json
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from bot.web.forwarding.rebuilding import Foreign, Rebuilt, rebuild

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET = b"hook"
HEADERS = {
    "host": "smee.io",
    "content-length": "12",
    "content-type": "application/json",
    "x-forwarded-for": "140.82.115.1",
    "user-agent": "GitHub-Hookshot/1",
    "x-github-event": "push",
    "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
}


def told(
    body: str, headers: Mapping[str, object] = MappingProxyType({}), *, signed: bytes | None = None
) -> str:
    """What the proxy tells of a payload that was signed in another form."""
    given = hmac.new(SECRET, signed or body.encode(), hashlib.sha256).hexdigest()
    parts = {**HEADERS, "x-hub-signature-256": f"sha256={given}", **headers}
    head = json.dumps({name: value for name, value in parts.items() if value is not None})
    return f'{head[:-1]},"body":{body},"query":{{}},"timestamp":1}}'


def test_bytes_and_headers_are_github_s() -> None:
    """Not those of the proxy, and no address that it names."""
    body = '{"ref":"refs/heads/größe","n":1.5,"a":[1,2]}'
    made = rebuild(told(body), [b"other", SECRET])
    assert isinstance(made, Rebuilt)
    assert made.body == body.encode()
    assert made.doubt == ""
    assert sorted(made.headers) == [
        "content-type",
        "user-agent",
        "x-github-delivery",
        "x-github-event",
        "x-hub-signature-256",
    ]


@pytest.mark.parametrize(
    "signed",
    [
        '{"t":"\\u003cb\\u003e \\u0026 größe \U0001f980 a/b"}'.encode(),
        '{"t":"<b> & größe \U0001f980 a\\/b"}'.encode(),
        b'{"t":"<b> & gr\\u00f6\\u00dfe \\ud83e\\udd80 a/b"}',
        b'{"t":"\\u003cb\\u003e \\u0026 gr\\u00f6\\u00dfe \\ud83e\\udd80 a/b"}',
    ],
)
def test_what_javascript_writes_otherwise_is_found_again(signed: bytes) -> None:
    """A proxy that reads and writes JSON takes escapes away (probot/smee-client#454)."""
    made = rebuild(told('{"t":"<b> & größe \U0001f980 a/b"}', signed=signed), [SECRET])
    assert isinstance(made, Rebuilt)
    assert made.body == signed
    assert made.doubt == ""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"id":12345678901234567000}', "large numbers"),
        ('{"1":2,"b":1}', "large numbers or its order"),
        ('{"id":1}', "secret differs"),
    ],
)
def test_a_signature_that_cannot_fit_says_why(body: str, said: str) -> None:
    made = rebuild(told(body, signed=b"something else"), [SECRET])
    assert isinstance(made, Rebuilt)
    assert made.body == body.encode()
    assert said in made.doubt


def test_a_delivery_without_signature_says_where_to_set_the_secret() -> None:
    made = rebuild(told('{"id":1}', {"x-hub-signature-256": None}), [SECRET])
    assert isinstance(made, Rebuilt)
    assert "set the webhook secret" in made.doubt


def test_without_a_secret_nothing_is_doubted() -> None:
    made = rebuild(told('{"id":1}', signed=b"other"), [])
    assert isinstance(made, Rebuilt)
    assert made.doubt == ""


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("nothing", "no message of a webhook proxy"),
        ("[]", "no message of a webhook proxy"),
        ('{"body":{}}', "does not come from GitHub"),
        (told('"text"'), "choose application/json"),
        (told('{"a":1}', {"x-github-event": "push\r\nX-Evil: 1"}), "does not come from GitHub"),
        (told('{"a":1}', {"x-github-event": 7}), "does not come from GitHub"),
    ],
)
def test_what_is_no_delivery_is_left_out(message: str, said: str) -> None:
    """Anybody who knows the channel can post to it."""
    made = rebuild(message, [SECRET])
    assert isinstance(made, Foreign)
    assert said in made.why

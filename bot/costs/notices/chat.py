"""Posts a notice to a Slack-compatible webhook; its address, which is a secret, is in no message and no log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import aiohttp

from bot.costs.notices.model import Attempt
from bot.costs.notices.words import chat_message

if TYPE_CHECKING:
    from bot.costs.notices.model import Notice

_SECONDS = 10.0
_BODY_BYTES = 200
_CODE = re.compile(r"[a-z_]{2,60}")  # how Slack names what is wrong: invalid_payload, channel_is_archived, …
_TOO_MANY, _SERVER = 429, 500


async def post(notice: Notice, url: str, *, is_repeat: bool) -> Attempt:
    """This function will post the notice once and say how that ended."""
    body = chat_message(notice, is_repeat=is_repeat)
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.post(url, json=body, allow_redirects=False) as response,
        ):
            return _judge(response.status, await response.content.read(_BODY_BYTES))
    except aiohttp.ClientConnectorError:  # its words would name the address
        return Attempt(problem="no connection to the webhook")
    except TimeoutError:
        return Attempt(problem=f"the webhook did not answer within {_SECONDS:.0f} s", may_have_arrived=True)
    except (aiohttp.ClientError, OSError):
        return Attempt(problem="the connection to the webhook broke", may_have_arrived=True)


def _judge(status: int, body: bytes) -> Attempt:
    """What the answer means. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors."""
    if 200 <= status < 300:  # noqa: PLR2004 - HTTP's own range of success; others than Slack answer 204
        return Attempt(is_sent=True)
    text = body.decode(errors="replace").strip()
    named = f" ({text})" if _CODE.fullmatch(text) else ""
    is_final = status < _SERVER and status != _TOO_MANY
    return Attempt(problem=f"the webhook answered {status}{named}", is_final=is_final)

"""Words a notice for each channel: foreign text stays text, mentions nobody and breaks no line it stands on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.costs.notices.model import Gravity
from bot.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.costs.notices.model import Notice

_SIGN: Mapping[Gravity, str] = {Gravity.INFO: "🔔", Gravity.WARNING: "⚠️", Gravity.ALARM: "🚨"}
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MENTION = re.compile(r"@(?=\w)")
_JOINER = "\u2060"  # has no width: chats that know "@here" in plain text find none
# https://docs.slack.dev/reference/block-kit/blocks: a header's text, a section's text, a section's fields
_HEADER, _SECTION, _FIELDS, _FIELD = 150, 3000, 10, 2000
_SUBJECT = 180
AGAIN = "This may have been told before: it is not known whether the first message arrived."


def line(text: str) -> str:
    """This function will make foreign text one line without secrets or characters that nobody sees."""
    return " ".join(_UNSEEN.sub("", redact(text)).split())


def chat_message(notice: Notice, *, is_repeat: bool = False) -> dict[str, Any]:
    """This function will make the body of a Slack-compatible webhook.

    The text says everything by itself, for chats that know no blocks.
    https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
    """
    title = f"{_SIGN[notice.gravity]} {line(notice.title)}"
    text = line(notice.text) + (f" {AGAIN}" if is_repeat else "")
    facts = [(_escaped(line(fact.name)), _escaped(line(fact.value))) for fact in notice.facts]
    link = _link(notice)
    foot = _escaped(f"{notice.repository.full_name} · {notice.at:%Y-%m-%d %H:%M} UTC")
    lines = [f"*{_escaped(title)}*", _escaped(text), *(f"• {name}: {value}" for name, value in facts)]
    return {
        "text": "\n".join(part for part in (*lines, link, foot) if part),
        "blocks": [
            {"type": "header", "text": _plain(title, _HEADER)},
            *([{"type": "section", "text": _plain(text, _SECTION)}] if text else []),
            *_fields(facts),
            *([{"type": "section", "text": {"type": "mrkdwn", "text": link}}] if link else []),
            {"type": "context", "elements": [_marked(foot)]},
        ],
        "unfurl_links": False,
    }


def mail_subject(notice: Notice) -> str:
    """This function will make the subject of a mail: one line, whose it is first."""
    return _cut(f"[{notice.repository.full_name}] {line(notice.title)}", _SUBJECT)


def mail_text(notice: Notice) -> str:
    """This function will make the text of a mail."""
    facts = "\n".join(f"{line(fact.name)}: {line(fact.value)}" for fact in notice.facts)
    link = f"{notice.url_text}: {notice.url}" if _is_address(notice.url) else ""
    foot = f"-- \nPilothouse, {notice.repository.full_name}, {notice.at:%Y-%m-%d %H:%M} UTC"
    return "\n\n".join(part for part in (line(notice.text), facts, link, foot) if part) + "\n"


def _fields(facts: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "type": "section",
            "fields": [_marked(f"*{name}*\n{value}") for name, value in facts[start : start + _FIELDS]],
        }
        for start in range(0, len(facts), _FIELDS)
    ]


def _marked(text: str) -> dict[str, Any]:
    """Text whose own marks count, and in which nothing becomes a link or a mention by itself."""
    return {"type": "mrkdwn", "text": _cut(text, _FIELD), "verbatim": True}


def _plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": _cut(_unmentioning(text), limit), "emoji": False}


def _link(notice: Notice) -> str:
    if not _is_address(notice.url):
        return ""
    return f"<{quote(notice.url, safe=':/?#&=%+@,;~!*')}|{_escaped(line(notice.url_text))}>"


def _is_address(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def _escaped(text: str) -> str:
    """Text for a chat's own markup. https://docs.slack.dev/messaging/formatting-message-text#escaping."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _unmentioning(plain)


def _unmentioning(text: str) -> str:
    return _MENTION.sub(f"@{_JOINER}", text)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"

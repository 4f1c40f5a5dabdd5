"""Makes a payload readable: laid out, without secrets, without what nobody reads."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from markupsafe import Markup

from bot.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_CHARACTERS = 40_000  # of a page that is to stay small
_MARGIN = 20_000  # longer than any secret
_MOST_LAID_OUT = 1 << 20  # bytes: what is larger is rare, and nobody reads more than its beginning
_API_ADDRESS = "_url"  # addresses of GitHub's API are more than half of a payload, and nobody reads them
_READ_ADDRESSES = frozenset({"html_url", "avatar_url"})
_DEEPEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadablePayload:
    """A payload as a page shows it."""

    text: Markup  # escaped
    size: int  # bytes, as it came
    is_cut: bool


def readable(body: bytes) -> ReadablePayload:
    """This function will lay a payload out for people, its beginning where it is long; no JSON is shown as it came."""
    text = _laid_out(body)
    is_cut = len(text) > _MOST_CHARACTERS
    said = redact(text[: _MOST_CHARACTERS + _MARGIN])
    if is_cut:
        # What was cut in two is no secret of a known form any more: nothing near the cut is shown.
        said = said[: max(0, min(_MOST_CHARACTERS, len(said) - _MARGIN))]
    # Quotes stay as they are: between tags they harm nobody, and escaped they would be half of the page.
    return ReadablePayload(
        text=Markup(html.escape(said, quote=False)),  # noqa: S704 - escaped right here
        size=len(body),
        is_cut=is_cut,
    )


def _laid_out(body: bytes) -> str:
    """The payload line by line, without addresses of GitHub's API."""
    if len(body) > _MOST_LAID_OUT:
        return body[: 2 * (_MOST_CHARACTERS + _MARGIN)].decode(errors="replace")
    try:
        return orjson.dumps(_without_addresses(orjson.loads(body), 0), option=orjson.OPT_INDENT_2).decode()
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return body.decode(errors="replace")


def _without_addresses(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, dict):
        return _kept(value, depth)
    if isinstance(value, list):
        return [_without_addresses(each, depth + 1) for each in value]
    return value


def _kept(values: Mapping[str, Any], depth: int) -> dict[str, Any]:
    return {
        name: _without_addresses(value, depth + 1)
        for name, value in values.items()
        if not (name.endswith(_API_ADDRESS) and name not in _READ_ADDRESSES and isinstance(value, str))
    }

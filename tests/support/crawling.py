"""Walks over the dashboard as its reader would: from the overview along every link, each page once or a few times."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from aiohttp.test_utils import make_mocked_request

from bot.web.dashboard.addresses import Addresses
from tests.support.dashboard import HOME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.support.dashboard import Board

_LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*)"')
_LOADED = re.compile(r'<(?:link|script|img)\b[^>]*\b(?:href|src)="([^"]*)"')
_ELSEWHERE = ("/ci/", "/static/", "/sign-")


@dataclass(slots=True)
class Walked:
    """What a walk came by."""

    texts: dict[str, str] = field(default_factory=dict)  # of each address that was read
    by_page: dict[str, str] = field(default_factory=dict)  # the first address of each page, by its name
    weights: dict[str, int] = field(default_factory=dict)  # bytes of each address with all that it loads


async def walk(board: Board, *, of_each: int = 1, start: Sequence[str] = ("/", HOME)) -> Walked:
    """This function will read pages from some on, so many addresses of each page."""
    addresses, walked = Addresses.load(), Walked()
    seen: Counter[str] = Counter()
    loaded: dict[str, int] = {}
    waiting = list(start)
    while waiting:
        address = waiting.pop(0)
        found = await addresses.find(make_mocked_request("GET", address))
        if found is None or address in walked.texts or seen[found.page.name] >= of_each:
            continue
        seen[found.page.name] += 1
        walked.by_page.setdefault(found.page.name, address)
        text = await board.see(address)
        walked.texts[address] = text
        if text.startswith("<!doctype"):
            walked.weights[address] = len(text.encode()) + sum(
                [await _weight(board, each, loaded) for each in dict.fromkeys(_LOADED.findall(text))]
            )
        waiting += [each for each in _links(text, address) if each not in walked.texts]
    return walked


def _links(text: str, address: str) -> list[str]:
    found = (urljoin(address, unescape(each)).partition("#")[0] for each in _LINK.findall(text))
    return [each for each in found if each.startswith("/") and not each.startswith(_ELSEWHERE)]


async def _weight(board: Board, address: str, loaded: dict[str, int]) -> int:
    if address not in loaded:
        own = address.replace("/ci/static/", "/static/")  # the same files
        async with board.session.get(own) as response:
            assert response.status == HTTPStatus.OK
            loaded[address] = int(response.headers["Content-Length"])  # packed, as browsers get it
    return loaded[address]

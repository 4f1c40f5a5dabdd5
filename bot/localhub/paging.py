"""Pages of a listing and the Link header between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bot.localhub.exchange import Answer

if TYPE_CHECKING:
    from bot.localhub.exchange import Call, Listing

FULL_PAGE = 100
USUAL_PAGE = 30


def page(call: Call, listing: Listing, path: str) -> Answer:
    """This function will answer with the page that a call asks for, rendering only what is on it."""
    size = min(FULL_PAGE, positive(call.query.get("per_page"), USUAL_PAGE))
    number = positive(call.query.get("page"), 1)
    shown = [listing.render(item) for item in listing.items[(number - 1) * size : number * size]]
    last = max(1, -(-len(listing.items) // size))
    body: Any = shown
    if listing.key is not None:
        body = {"total_count": len(listing.items), **listing.extra, listing.key: shown}
    return Answer(body=body, headers={} if last == 1 else {"link": _links(call, path, number, last)})


def _links(call: Call, path: str, number: int, last: int) -> str:
    """The Link header names repositories by id; a single page has none."""
    if call.found is not None:
        path = f"/repositories/{call.found.id}/" + "/".join(path.split("/")[4:])
    places: dict[str, int] = {}
    if number > 1:
        places |= {"prev": min(number - 1, last)}
    if number < last:
        places |= {"next": number + 1, "last": last}
    if number > 1:
        places |= {"first": 1}
    query = call.query
    return ", ".join(
        f'<{call.store.base_url}{path}?{urlencode({**query, "page": place})}>; rel="{relation}"'
        for relation, place in places.items()
    )


def positive(text: str | None, default: int) -> int:
    """This function will read a count from a query, where it is one."""
    return int(text) if text is not None and text.isdecimal() and int(text) > 0 else default

"""Lists of the GraphQL API: pages by `first` and `last`, cursors, counts."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, TypeVar

from bot.localhub.graphql.problems import problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphql import GraphQLResolveInfo

Item = TypeVar("Item")
MOST = 100


def connection(
    found: Callable[[], Sequence[Item]], render: Callable[[Item], Any]
) -> Callable[..., dict[str, Any]]:
    """This function will give the resolver of a list, which renders only the page that is asked for."""

    def resolve(
        info: GraphQLResolveInfo,
        first: int | None = None,
        last: int | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> dict[str, Any]:
        items = found()
        start, end = _place(after, -1) + 1, _place(before, len(items))
        if first is not None:
            end = min(end, start + first)
        if last is not None:
            start = max(start, end - last)

        def nodes(_: GraphQLResolveInfo) -> list[Any]:
            _check(info.field_name, first, last)
            return [render(item) for item in items[start:end]]

        return {
            "totalCount": len(items),
            "nodes": nodes,
            "pageInfo": {
                "startCursor": _cursor(start) if start < end else None,
                "endCursor": _cursor(end - 1) if start < end else None,
                "hasPreviousPage": start > 0,
                "hasNextPage": end < len(items),
            },
        }

    return resolve


def _check(name: str, first: int | None, last: int | None) -> None:
    if first is None and last is None:
        raise problem(
            "MISSING_PAGINATION_BOUNDARIES",
            f"You must provide a `first` or `last` value to properly paginate the `{name}` connection.",
        )
    for word, asked in (("first", first), ("last", last)):
        if asked is not None and asked > MOST:
            raise problem(
                "EXCESSIVE_PAGINATION",
                f"Requesting {asked} records on the `{name}` connection exceeds the `{word}` limit of {MOST} records.",
            )


def _cursor(index: int) -> str:
    return base64.b64encode(f"cursor:{index}".encode()).decode()


def _place(cursor: str | None, default: int) -> int:
    if cursor is None:
        return default
    try:
        number = base64.b64decode(cursor).decode().removeprefix("cursor:")
    except ValueError:
        number = ""
    if not number.isdecimal():
        raise problem("INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor.")
    return int(number)

"""Reads something once, however many checks want it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")


class Once(Generic[T]):
    """A reading that is done when it is first wanted; whoever wants it again is given the same, or the same error."""

    def __init__(self, read: Callable[[], Coroutine[object, object, T]]) -> None:
        self._read = read
        self._task: asyncio.Task[T] | None = None

    async def get(self) -> T:
        """This function will return what was read, or raise what went wrong."""
        if self._task is None:
            self._task = asyncio.create_task(self._read())
        return await asyncio.shield(self._task)

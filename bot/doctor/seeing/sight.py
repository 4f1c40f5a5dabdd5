"""Reads of GitHub what the App may see through the App, and the rest by a person's token where one was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from bot.doctor.model import Eyes
from bot.doctor.wording import permission
from bot.github.errors import Forbidden, Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from typing_extensions import TypeForm

    from bot.github.calls import Calls, Variables
    from bot.github.operation import Operation

T = TypeVar("T")
_LEVELS = ("read", "write", "admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Generic[T]):
    """What was read, and through whom."""

    value: T
    eyes: Eyes


class RefusedTokenError(Exception):
    """GitHub does not accept the person's token."""


class UnseenError(Exception):
    """Neither the App nor a person's token may see it."""

    def __init__(self, needed: str, *, asked_person: bool) -> None:
        super().__init__(needed)
        self.needed = needed  # as GitHub's settings name it: `Administration: read`
        self.asked_person = asked_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What can be asked of GitHub about one repository."""

    app: Calls
    granted: Mapping[str, str]  # what the installation was granted
    person: Calls | None = None

    async def get(
        self, operation: Operation, shape: TypeForm[T], variables: Variables | None = None
    ) -> Seen[T]:
        """This function will read one thing.

        Raises:
            UnseenError: nobody at hand may see it.
            RefusedTokenError: the person's token would be needed, and is not accepted.
        """
        return await self._read(operation, lambda calls: calls.get(operation, shape, variables or {}))

    async def list(
        self, operation: Operation, shape: TypeForm[T], variables: Variables | None = None
    ) -> Seen[tuple[T, ...]]:
        """This function will read all pages of a list.

        Raises:
            UnseenError: nobody at hand may see it.
            RefusedTokenError: the person's token would be needed, and is not accepted.
        """
        return await self._read(operation, lambda calls: calls.list(operation, shape, variables or {}))

    async def _read(
        self, operation: Operation, read: Callable[[Calls], Coroutine[object, object, T]]
    ) -> Seen[T]:
        if is_granted(self.granted, operation):
            try:
                return Seen(value=await read(self.app), eyes=Eyes.APP)
            except Forbidden:  # GitHub asks for more than it says
                if self.person is None:
                    raise
        if self.person is None:
            raise UnseenError(needed_by(operation), asked_person=False)
        try:
            return Seen(value=await read(self.person), eyes=Eyes.PERSON)
        except Unauthorized as error:
            raise RefusedTokenError from error
        except Forbidden as error:
            raise UnseenError(needed_by(operation), asked_person=True) from error


def is_granted(granted: Mapping[str, str], operation: Operation) -> bool:
    """This function will say whether what was granted is enough for an operation."""
    held = {"metadata": "read", **granted}
    return all(
        held.get(name) in _LEVELS and _LEVELS.index(held[name]) >= _LEVELS.index(level)
        for name, level in operation.permissions
    )


def needed_by(operation: Operation) -> str:
    """This function will name an operation's permissions as GitHub's settings do."""
    return ", ".join(permission(name, level) for name, level in sorted(operation.permissions))

"""What an operation of GitHub's REST API is, as its clients and the pace of its calls need to know it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Level = Literal["read", "write"]
Permissions = frozenset[tuple[str, Level]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of GitHub's REST API, by the id that GitHub's own description gives it."""

    id: str
    method: Literal["GET", "POST", "PATCH", "PUT", "DELETE"]
    path: str
    permissions: Permissions = field(default_factory=frozenset)  # empty where the App's own JWT serves
    items: str = ""  # the key that wraps a list; empty for a bare list or a single thing
    repeatable: bool = False  # a write that does no harm when done twice
    paced: bool = True  # a write that people see, and that GitHub wants a second between
    veiled: frozenset[int] = frozenset()  # statuses that may only mean that workflows: write is missing
    asks: bool = False  # a POST that changes nothing: a query of the GraphQL API

    @property
    def is_reading(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET" or self.asks

    @property
    def points(self) -> int:
        """What the call costs of the 900 points a minute: 1 to read, 5 to write."""
        return 1 if self.is_reading else 5

    @property
    def is_content_write(self) -> bool:
        """Whether it counts among the writes that GitHub wants paced."""
        return not self.is_reading and self.paced

    @property
    def may_repeat(self) -> bool:
        """Whether it may be sent again after its answer was lost."""
        return self.is_reading or self.repeatable

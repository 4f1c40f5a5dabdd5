"""What a request for a page asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from bot.page_links import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A page that its address opens."""

    repository_id: int
    kind: Kind
    run_id: int = 0  # of a workflow run; 0: the newest ones
    attempt: int = 0
    base: str = ""  # the branch to compare with
    subject: str = ""  # the id of a deployment or gate


@runtime_checkable
class Followed(Protocol):
    """Facts of a page that follows what happens."""

    @property
    def version(self) -> str:
        """How it stands, in a few characters; empty once it cannot change any more."""

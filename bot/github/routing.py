"""What has to be known of a delivery to queue it, read without building the rest."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from bot.github.event_models import Unreadable
from bot.github.payloads import RoutingPayload


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """What has to be known of a delivery before it is read in full."""

    action: str
    installation_id: int | None
    repository_id: int | None
    repository: str | None  # owner/name
    number: int | None  # of the issue or pull request

    @property
    def partition(self) -> str:
        """The key within which deliveries keep their order."""
        if self.repository is None:
            return f"installation:{self.installation_id or 0}"
        return self.repository if self.number is None else f"{self.repository}#{self.number}"


def routing(body: bytes) -> Routing | Unreadable:
    """This function will read only what is needed to queue a delivery, without building the rest."""
    try:
        read = _ROUTING.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        return Unreadable(event="", reason=str(error) or type(error).__name__)
    return Routing(
        action=read.action or "",
        installation_id=read.installation.id if read.installation else None,
        repository_id=read.repository.id if read.repository else None,
        repository=read.repository.full_name if read.repository else None,
        number=read.first_number(),
    )


_ROUTING = msgspec.json.Decoder(RoutingPayload)

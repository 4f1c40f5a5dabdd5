"""The App's own webhook deliveries as GitHub remembers them, and asking for them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.github import operations as op
from bot.github.models import HookDelivery
from bot.github.shapes import Id, Moment, Nothing, moment

if TYPE_CHECKING:
    from datetime import datetime

    from bot.github.client import AppClient


class DeliveryShape(Struct):
    """One attempt at delivering a webhook."""

    id: Id
    guid: str
    delivered_at: Moment
    status_code: int
    event: str
    redelivery: bool = False
    action: str | None = None
    installation_id: int | None = None
    repository_id: int | None = None

    def to_delivery(self) -> HookDelivery:
        """This function will return the delivery attempt."""
        return HookDelivery(
            id=self.id,
            guid=self.guid,
            delivered_at=moment(self.delivered_at),
            redelivery=self.redelivery,
            status_code=self.status_code,
            event=self.event,
            action=self.action,
            installation_id=self.installation_id,
            repository_id=self.repository_id,
        )


async def list_deliveries(app: AppClient, *, since: datetime) -> tuple[HookDelivery, ...]:
    """This function will read the delivery attempts since a moment, newest first; GitHub keeps 3 days."""
    found: list[HookDelivery] = []
    async for shape in app.calls.pages(op.LIST_DELIVERIES, DeliveryShape, {}):
        delivery = shape.to_delivery()
        if delivery.delivered_at < since:
            break
        found.append(delivery)
    return tuple(found)


async def newest_deliveries(app: AppClient) -> tuple[HookDelivery, ...]:
    """This function will read the newest 100 delivery attempts, newest first, in one call."""
    shapes = await app.calls.page(op.LIST_DELIVERIES, DeliveryShape, {})
    return tuple(shape.to_delivery() for shape in shapes)


async def redeliver(app: AppClient, delivery_id: int) -> None:
    """This function will ask GitHub to deliver once more, under the same GUID."""
    await app.calls.send(op.REDELIVER, Nothing, {"delivery_id": delivery_id})

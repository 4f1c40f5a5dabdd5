"""The App's own webhook deliveries as GitHub remembers them, and asking for them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github import operations as op
from bot.github.shapes import Nothing
from bot.github.shapes_runs import DeliveryShape

if TYPE_CHECKING:
    from datetime import datetime

    from bot.github.client import AppClient
    from bot.github.models import HookDelivery


async def list_deliveries(app: AppClient, *, since: datetime) -> tuple[HookDelivery, ...]:
    """This function will read the delivery attempts since a moment, newest first; GitHub keeps 3 days."""
    found: list[HookDelivery] = []
    async for shape in app.calls.pages(op.LIST_DELIVERIES, DeliveryShape, {}):
        delivery = shape.to_delivery()
        if delivery.delivered_at < since:
            break
        found.append(delivery)
    return tuple(found)


async def redeliver(app: AppClient, delivery_id: int) -> None:
    """This function will ask GitHub to deliver once more, under the same GUID."""
    await app.calls.send(op.REDELIVER, Nothing, {"delivery_id": delivery_id})

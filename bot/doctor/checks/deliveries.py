"""Looks at the App's webhook: where it leads, and whether what was sent arrived."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.doctor.judging.delivering import addressed, delivered
from bot.doctor.model import Check, Part
from bot.github.deliveries import newest_deliveries
from bot.github.installing import hook

if TYPE_CHECKING:
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject

_SINCE = timedelta(days=1)


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether events reach Pilothouse."""
    about, deliveries = await asyncio.gather(hook(subject.app), newest_deliveries(subject.app))
    own = [
        one
        for one in deliveries
        if one.installation_id in {None, subject.installation.id} and one.delivered_at >= subject.now - _SINCE
    ]
    return addressed(about, urlsplit(about.url), subject.registration), delivered(own)


CHECK = Check(
    name="deliveries",
    part=Part.APP,
    looks_at="where the App's webhook leads, and whether the deliveries of the last day arrived",
    examine=examine,
)

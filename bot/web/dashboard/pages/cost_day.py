"""The costs of a repository on one day."""

from __future__ import annotations

from bot.page_links import Kind
from bot.web.dashboard.framed import Framed, framed

PAGE = framed(
    Framed(
        name="cost_day",
        kind=Kind.COSTS,
        path="/costs/{subject:today|[0-9]{4}-[0-9]{2}-[0-9]{2}}",
        root="/costs",
    )
)

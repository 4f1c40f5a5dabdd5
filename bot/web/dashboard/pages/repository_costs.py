"""The costs of a repository today."""

from __future__ import annotations

from bot.page_links import TODAY, Kind
from bot.web.dashboard.framed import Framed, framed

PAGE = framed(
    Framed(
        name="repository_costs",
        kind=Kind.COSTS,
        path="/costs",
        root="/costs",
        subject=TODAY,
        title="Costs",
        order=50,
    )
)

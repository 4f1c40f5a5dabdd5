"""How the CI of a repository does."""

from __future__ import annotations

from bot.page_links import Kind
from bot.web.dashboard.framed import Framed, framed

PAGE = framed(
    Framed(
        name="metrics",
        kind=Kind.METRICS,
        path="/metrics",
        root="/metrics",
        title="CI",
        order=45,
    )
)

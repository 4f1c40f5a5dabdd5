"""The agents of a repository."""

from __future__ import annotations

from bot.page_links import AGENTS, Kind
from bot.web.dashboard.framed import Framed, framed

PAGE = framed(
    Framed(
        name="repository_agents",
        kind=Kind.AGENTS,
        path="/agents",
        root="/agents",
        subject=AGENTS,
        title="Agents",
        order=60,
    )
)

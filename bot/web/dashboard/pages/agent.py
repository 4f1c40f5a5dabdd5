"""One agent of a repository."""

from __future__ import annotations

from bot.page_links import Kind
from bot.web.dashboard.framed import Framed, framed

PAGE = framed(
    Framed(
        name="agent",
        kind=Kind.AGENTS,
        path="/agents/{subject:-|[0-9A-Za-z][0-9A-Za-z._-]{0,63}}",
        root="/agents",
    )
)

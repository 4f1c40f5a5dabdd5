"""One gate: what is approved, and who said what."""

from __future__ import annotations

from bot.page_links import Kind
from bot.web.dashboard.framed import Framed, framed

PAGE = framed(
    Framed(
        name="gate",
        kind=Kind.GATE,
        path="/gates/{subject:[0-9a-z-]{1,512}}",
        root="/gates",
    )
)

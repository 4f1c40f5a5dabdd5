"""One release and its story."""

from __future__ import annotations

from bot.page_links import Kind
from bot.web.dashboard.framed import Framed, framed

PAGE = framed(
    Framed(
        name="release",
        kind=Kind.RELEASE,
        path="/releases/{subject:[0-9a-z-]{1,512}}",
        root="/releases",
    )
)

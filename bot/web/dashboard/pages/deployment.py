"""One deployment, as its receipt links to it."""

from __future__ import annotations

from bot.page_links import Kind
from bot.web.dashboard.framed import Framed, framed

PAGE = framed(
    Framed(
        name="deployment",
        kind=Kind.DEPLOYMENT,
        path="/deployments/{subject:[0-9a-z-]{1,512}}",
        root="/deployments",
    )
)

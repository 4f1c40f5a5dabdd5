"""What is to be merged, and the train."""

from __future__ import annotations

from bot.page_links import MERGES, Kind
from bot.web.dashboard.framed import Framed, framed

PAGE = framed(
    Framed(
        name="merges",
        kind=Kind.MERGES,
        path="/merges",
        root="/merges",
        subject=MERGES,
        title="Merges",
        order=25,
    )
)

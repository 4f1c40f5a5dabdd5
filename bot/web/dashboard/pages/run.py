"""One workflow run and its tests."""

from __future__ import annotations

from bot.page_links import Kind
from bot.web.dashboard.framed import Framed, framed

PAGE = framed(
    Framed(
        name="run",
        kind=Kind.TESTS,
        path="/runs/{run:[0-9]{1,19}}/{attempt:[0-9]{1,9}}",
        root="/runs",
    )
)

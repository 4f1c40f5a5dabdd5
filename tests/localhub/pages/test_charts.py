"""The frames in which charts are drawn."""

from __future__ import annotations

import gzip

import aiohttp

from tests.support.pages import visitor


async def test_frame_is_kept_from_everything_but_its_script() -> None:
    async with visitor() as ada:
        page = await ada.get("/_/chart")
        policy = page.headers["Content-Security-Policy"]

        assert page.status == 200
        assert "default-src 'none'" in policy
        assert "sandbox allow-scripts" in policy
        assert "frame-ancestors 'self'" in policy
        assert "connect-src" not in policy
        assert "frame-src 'self'" in (await ada.get("/")).headers["Content-Security-Policy"]
        assert (await ada.get("/_/static/chart.js")).status == 200


async def test_mermaid_travels_compressed() -> None:
    async with visitor() as ada, aiohttp.ClientSession(auto_decompress=False) as session:
        async with session.get(f"{ada.hub.url}/_/static/mermaid.js") as answer:
            packed = await answer.read()

        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(packed) < 1_000_000
        assert b"mermaid" in gzip.decompress(packed)

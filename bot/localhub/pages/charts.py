"""Shows charts in Mermaid's language as GitHub does: drawn by a script, each in a frame that can reach nothing else."""

from __future__ import annotations

import base64
from collections.abc import Mapping  # noqa: TC003 - part of a public name's type
from importlib import resources

from aiohttp import web

PATH = "/_/chart"
SCRIPT_PATH = "/_/static/mermaid.js"
# Mermaid styles what it draws from within, which the pages themselves do not allow.
_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'; sandbox allow-scripts"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_PAGE = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Chart</title>
<style>html, body, #chart {{ margin: 0; height: 100%; background: transparent; color-scheme: light dark; }}
#chart {{ font: 14px system-ui, sans-serif; color: #59636e; }} .dark #chart {{ color: #9198a1; }}
#chart svg {{ display: block; margin: auto; height: 100%; width: 100%; max-width: none !important; }}</style>
<script src="{SCRIPT_PATH}" defer></script><script src="/_/static/chart.js" defer></script></head>
<body><div id="chart">Charts are drawn by a script.</div></body></html>
"""
_KINDS = frozenset({"pie", "xychart-beta"})


def frame(source: str) -> str:
    """This function will make the frame in which a chart is drawn; its address carries the chart's text."""
    named = base64.urlsafe_b64encode(source.encode()).decode()
    lines = source.partition("\n---\n")[2] if source.startswith("---\n") else source
    kind = next(iter(lines.split()), "")
    shape = f" {kind}" if kind in _KINDS else ""
    address = f'src="{PATH}#{named}" title="Chart"'
    return f'<iframe class="chart{shape}" {address} sandbox="allow-scripts"></iframe>'


async def chart_page(_request: web.Request) -> web.StreamResponse:
    """This function will show the page inside a frame."""
    return web.Response(text=_PAGE, content_type="text/html", headers=_HEADERS)


async def script(_request: web.Request) -> web.StreamResponse:
    """This function will give Mermaid itself, compressed as it is stored."""
    place = resources.files("bot.localhub.pages").joinpath("static", "mermaid", "mermaid.tiny.js.gz")
    return web.Response(
        body=place.read_bytes(),
        content_type="text/javascript",
        charset="utf-8",
        headers={
            "Content-Encoding": "gzip",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "max-age=3600",
        },
    )

"""Attacks by addresses that strangers choose: of a check's details, a status, a run, a release, a file."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import jinja2
import pytest

from bot.web.page_site import Page, PageSite
from tests.support.dashboard import boarding

if TYPE_CHECKING:
    from pathlib import Path

HARMFUL = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\x01javascript:alert(1)",
    "java\nscript:alert(1)",
    "javascript&colon;alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    'javascript:"//https://github.com/',
    "file:///etc/passwd",
)
HARMLESS = (
    "https://github.com/octo/boat/pull/1",
    "HTTPS://github.com/a:b",
    "http://127.0.0.1:8080/x?y=z:1",
    "/repos/octo/boat?at=12:00",
    "?after=a:b",
    "#part:1",
    "",
)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PageSite:
    (tmp_path / "link.html").write_text('<p>{{ url }}</p><a class="x" href="{{ url }}">it</a>')
    made = PageSite()
    monkeypatch.setattr(made._templates, "loader", jinja2.FileSystemLoader(tmp_path))  # noqa: SLF001 - a page of its own
    return made


def link_of(site: PageSite, url: str) -> str:
    text = site.respond(
        Page(template="link.html", now=datetime(2026, 1, 1, tzinfo=UTC), facts={"url": url})
    ).text
    assert text is not None
    found = re.findall(r'<a class="x" href="([^"]*)">it</a>', text)
    assert len(found) == 1, text
    return str(found[0])


@pytest.mark.parametrize("url", HARMFUL)
def test_a_link_that_would_run_something_leads_nowhere(site: PageSite, url: str) -> None:
    """https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html."""
    link = link_of(site, url)
    assert link == "#" or link.startswith("javascript&amp;colon;")  # what is escaped twice is no scheme


@pytest.mark.parametrize("url", HARMLESS)
def test_a_link_to_a_page_stays_as_it_is(site: PageSite, url: str) -> None:
    assert link_of(site, url) == url


@pytest.mark.parametrize(
    "name",
    [
        "../server.py",
        "..%2fserver.py",
        "%2e%2e/live.js",
        "pages.css%00.js",
        "uplot",
        ".",
        "%252e%252e%252fviewer.py",
    ],
)
async def test_no_file_but_those_of_pages_is_served(tmp_path: Path, name: str) -> None:
    async with boarding(tmp_path) as board:
        shown = await board.get(f"/static/{name}")
    assert shown.status in {404, 302, 303}
    assert "import" not in shown.text

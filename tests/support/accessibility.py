"""Asks axe-core, in a real browser, whether everyone can use a page, and holds pages to what they may weigh."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from tests.support.browser import keep

if TYPE_CHECKING:
    from playwright.async_api import Page

WIDTHS = (390, 820, 1440)
_AXE = Path(".venv/axe/node_modules/axe-core/axe.min.js")
# https://github.com/dequelabs/axe-core/blob/develop/doc/API.md#axe-core-tags
_ASK = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const told = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
  return told.violations.map((one) =>
    `${one.id} (${one.impact}): ${one.help}: ` + one.nodes.map((node) => node.html.slice(0, 160)).join(' | '));
}"""
# What reaches further than the window does.
_WIDE = """() => [...document.querySelectorAll("main *")]
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth)
  .map((one) => one.outerHTML.slice(0, 90))"""


@cache
def _axe() -> str:
    if not _AXE.is_file():
        message = "no axe-core: run scripts/setup_axe.sh"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return _AXE.read_text("utf-8")


async def violations(page: Page) -> list[str]:
    """This function will list what axe-core holds against a page."""
    await page.evaluate(_axe())  # as a debugger would: the page's own content security policy stays in force
    found: list[str] = await page.evaluate(_ASK)
    return found


async def assert_accessible(page: Page, *schemes: Literal["light", "dark"]) -> None:
    """This function will fail where axe-core holds anything against a page, in some colours or in all."""
    for scheme in schemes or ("light", "dark"):
        # Without motion, so that no colour is looked at on its way to another.
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = await violations(page)
        assert not found, f"{page.url} in {scheme}: {found}"


async def assert_fits(page: Page, name: str) -> None:
    """This function will fail where a page scrolls sideways at one of three widths, and keep its pictures."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        assert await overflow(page) == 0, (name, width, await page.evaluate(_WIDE))
        await keep(page, f"{name}-{width}")


async def overflow(page: Page) -> int:
    """This function will say by how many pixels a page scrolls sideways."""
    return int(
        await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )

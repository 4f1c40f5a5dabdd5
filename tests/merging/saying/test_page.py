"""The check run of a wish leads to the page with all that waits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.merging.saying.check import Publisher
from bot.page_links import PageLinks
from tests.support.merging import harbour

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_check_run_leads_to_the_page_of_all_that_waits(tmp_path: Path) -> None:
    async with harbour(tmp_path) as here:
        here.begin()
        await here.say("/merge --when-green")
        wish = await here.wish()
        assert wish is not None
        services = replace(here.services, links=PageLinks(root="https://bot.example", key=b"k"))
        await Publisher(services).publish(services.repository(here.bot.ref), wish)
        address = here.check().details_url or ""
        assert address.startswith(f"https://bot.example/ci/{here.bot.ref.id}/merges/")
        assert address.endswith("/queue")

"""The links of a summary lead to pages of the running bot."""

from __future__ import annotations

import re

import aiohttp
import pytest

from bot.demo.story import STORY
from bot.demo.world import open_world
from tests.support.pages import clock

pytestmark = pytest.mark.timeout(180)


async def test_every_page_that_a_summary_links_opens_and_no_other() -> None:
    explained = STORY[0]
    async with open_world(clock=clock, pace=0.3) as world, aiohttp.ClientSession() as session:
        sighting = await world.until(lambda: explained.seen(world, 0), seconds=explained.seconds)
        links = dict(re.findall(r"\[(Tests|Metrics|History)\]\((\S+)\)", sighting.text))
        assert set(links) == {"Tests", "Metrics", "History"}

        for address in links.values():
            assert address.startswith(f"{world.bot.url}/ci/")
            async with session.get(address) as answer:
                assert answer.status == 200
                assert "acme/harbour" in await answer.text()
            async with session.get(re.sub(r"/ci/\d+/", "/ci/1/", address)) as answer:
                assert answer.status == 404
        async with session.get(links["Tests"]) as answer:
            assert "assertion failed: u.equiv(i, i)" in await answer.text()
        assert "/ci/" not in world.bot.log.read_text(encoding="utf-8")

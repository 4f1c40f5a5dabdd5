"""What holds of every page of the dashboard, by whomever it was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.web.dashboard.addresses import Addresses
from tests.support.crawling import walk
from tests.support.dashboard import OPERATOR, board_over, reader_of

if TYPE_CHECKING:
    from pathlib import Path

    from bot.storage.database import Database

MOST_BYTES = 100_000
# Pages that can be seen only where a test has stored what they are about.
UNSTORED = {"delivery"}
_INLINE = re.compile(
    r"""<style|<script>|<script [^>]*>[^<]|<[a-z][^<>]*\s(?:style|on[a-z]+)=|(?:href|src)="\s*javascript:""",
    re.IGNORECASE,
)


async def test_every_page_is_linked_small_whole_and_harmless(thousand: Database, tmp_path: Path) -> None:
    """With a thousand repositories, each page weighs 100 kB at most with all it loads, and carries no code."""
    async with board_over(thousand, tmp_path, viewer=OPERATOR) as board:
        walked = await walk(board, of_each=2)
    names = {page.name for page in Addresses.load().pages}
    assert names - walked.by_page.keys() <= UNSTORED
    assert {address: size for address, size in walked.weights.items() if size > MOST_BYTES} == {}
    for address in walked.weights:
        text = walked.texts[address]
        assert (address, _INLINE.findall(text)) == (address, [])
        assert (address, text.count("<h1")) == (address, 1)
        assert (address, text.count("</html>")) == (address, 1)


async def test_no_page_tells_of_a_repository_that_its_reader_cannot_read(
    thousand: Database, tmp_path: Path
) -> None:
    """A person who reads one repository of a thousand meets no other name on any page."""
    async with board_over(thousand, tmp_path, viewer=reader_of((1_000, "fleet-00/hull-0"))) as board:
        assert (await board.get("/repos/fleet-01/keel-1")).status == 404
        walked = await walk(board, of_each=3, start=("/",))
    for address, text in walked.texts.items():
        others = set(re.findall(r"fleet-\d\d/[a-z]+-\d+|octo/boat", text)) - {"fleet-00/hull-0"}
        assert (address, others) == (address, set())

"""The page of what waits to be merged."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.merging.model import BatchState, MergeState
from bot.page_links import MERGES, Kind
from bot.web.merge_facts import merges_facts
from tests.support.diagnosis import NOON, PAGE, REPOSITORY
from tests.support.merge_pages import save_merges
from tests.support.reading import LINKS, Reader, reading

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    async with reading(tmp_path) as made:
        yield made


async def test_it_says_of_each_where_it_stands_and_why(reader: Reader) -> None:
    await save_merges(reader.database, NOON)

    text = await reader.see(Kind.MERGES, MERGES)

    assert "Into <code>main</code>" in text
    assert "Into <code>release/&lt;1&gt;</code>" in text
    assert f'1. <a href="{PAGE}/pull/12" rel="noreferrer">#12</a> <span class="state wait">Waits' in text
    assert "the median of those merged last" in text
    assert "<code>test</code> runs; it usually takes 6 minutes." in text
    assert "<code>&lt;b&gt;Reef&lt;/b&gt;</code> is open" in text
    assert "until &lt;i&gt;Monday&lt;/i&gt;" in text
    assert '<span class="state bad">Red</span> <code>test</code> failed twice.' in text
    assert '<span class="state bad">Stopped</span> <code>test</code> is <strong>red</strong>.' in text


async def test_a_quiet_repository_says_so(reader: Reader) -> None:
    text = await reader.see(Kind.MERGES, MERGES)

    assert "Nothing waits to be merged." in text
    assert "Tested together" not in text


async def test_another_repository_sees_nothing_of_it(reader: Reader) -> None:
    await save_merges(reader.database, NOON)

    text = await reader.see(Kind.MERGES, MERGES, repository_id=REPOSITORY.id + 1)

    assert "Nothing waits to be merged." in text
    status, _, _ = await reader.get(LINKS.address(REPOSITORY.id, Kind.MERGES, "other", now=NOON))
    assert status == 404


async def test_its_version_moves_with_what_it_shows(reader: Reader) -> None:
    before = (await merges_facts(reader.database, REPOSITORY.id)).version
    await save_merges(reader.database, NOON + timedelta(minutes=1))
    facts = await merges_facts(reader.database, REPOSITORY.id)

    assert (before, facts.version) == ("nothing", "20260301120100000000-8")
    assert all(facts.word(state) for state in MergeState)
    assert {facts.tone(state) for state in MergeState} == {"wait", "good", "bad", "calm"}
    assert {facts.batch_tone(state) for state in BatchState} == {"wait", "good", "bad", "calm"}

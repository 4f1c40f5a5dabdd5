"""The page of a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.page_links import Kind
from bot.releases.model import Stage
from bot.releases.underway import page_subject
from tests.support.diagnosis import NOON, PAGE, REPOSITORY
from tests.support.reading import LINKS, Reader, reading
from tests.support.release_pages import TAG, save_release

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    async with reading(tmp_path) as made:
        yield made


async def test_it_shows_what_happened_the_files_the_notes_and_why(reader: Reader) -> None:
    await save_release(reader.database, NOON)

    text = await reader.see(Kind.RELEASE, page_subject(TAG))

    assert f"Release {TAG}" in text
    assert "Being built" in text
    assert f'<a href="{PAGE}/actions/runs/76">Release</a> builds its files.' in text
    assert "harbour-linux-x64.tar.gz" in text
    assert "4.8 MiB" in text
    assert "<code>sha256:a1a1a1a1a1a1</code>" in text
    assert "built by the workflow" in text
    assert "<h3>Features</h3>" in text
    assert "&lt;b&gt;basin&lt;/b&gt;" in text
    assert "The tag is free." in text
    assert "client/v0.9.0" in text
    assert 'data-version="' in text


@pytest.mark.parametrize(
    ("stage", "word"),
    [(Stage.DONE, "Published"), (Stage.STOPPED, "Stopped"), (Stage.ABORTED, "Aborted")],
)
async def test_once_only_a_command_can_change_it_nothing_is_listened_to(
    reader: Reader, stage: Stage, word: str
) -> None:
    await save_release(reader.database, NOON, stage=stage)
    text = await reader.see(Kind.RELEASE, page_subject(TAG))
    assert word in text
    assert "data-version" not in text


@pytest.mark.parametrize("subject", [page_subject("v9.9.9"), "xyz", "ff", "0"])
async def test_what_was_never_released_has_no_page(reader: Reader, subject: str) -> None:
    await save_release(reader.database, NOON)
    address = LINKS.address(REPOSITORY.id, Kind.RELEASE, subject, now=NOON)
    status, _, _ = await reader.get(address)
    assert status == 404

"""The pages of a deployment and of a gate, and how they follow what happens."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.deployments.model import Stage
from bot.page_links import Kind
from bot.web import live
from tests.support.diagnosis import NOON, PAGE, REPOSITORY
from tests.support.reading import LINKS, Reader, reading
from tests.support.trust_pages import DEPLOYMENT_ID, GATE_ID, save_deployment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import aiohttp


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    async with reading(tmp_path) as made:
        yield made


def _address(kind: Kind, subject: str) -> str:
    return LINKS.address(REPOSITORY.id, kind, subject, now=NOON)


async def test_a_deployment_shows_what_happened_why_and_with_what(reader: Reader) -> None:
    await save_deployment(reader.database, NOON)

    text = await reader.see(Kind.DEPLOYMENT, str(DEPLOYMENT_ID))

    assert "Waits for approval" in text
    assert f'<a href="{PAGE}/actions/runs/76">The plan</a> adds 1' in text
    assert "<strong>lease 4</strong>" in text
    assert "so &lt;b&gt;nothing&lt;/b&gt; comes before it" in text
    assert "Who can help:" in text
    assert f'<a href="{PAGE}/runs/1" rel="noreferrer">rust / test</a>' in text
    assert "no. 4" in text
    assert f"/gate/{_address(Kind.GATE, GATE_ID).split('/gate/')[1]}" in text


async def test_a_gate_shows_what_is_approved_and_who_said_what(reader: Reader) -> None:
    await save_deployment(reader.database, NOON)

    text = await reader.see(Kind.GATE, GATE_ID)

    assert "1 to destroy" in text
    assert "aws_instance.&lt;i&gt;client&lt;/i&gt;" in text
    assert "+$12.30" in text
    assert "void: <code>plan_changed</code>" in text
    assert "One of <strong>two</strong> people has approved." in text


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        (Kind.DEPLOYMENT, "9002"),
        (Kind.DEPLOYMENT, "nine"),
        (Kind.DEPLOYMENT, "9" * 20),
        (Kind.GATE, "g-other"),
    ],
)
async def test_what_is_not_there_is_nothing(reader: Reader, kind: Kind, subject: str) -> None:
    await save_deployment(reader.database, NOON)

    status, text, _ = await reader.get(_address(kind, subject))

    assert status == 404
    assert "There is nothing at this address" in text


async def test_another_repository_sees_neither(reader: Reader) -> None:
    await save_deployment(reader.database, NOON)
    for kind, subject in ((Kind.DEPLOYMENT, str(DEPLOYMENT_ID)), (Kind.GATE, GATE_ID)):
        status, _, _ = await reader.get(LINKS.address(REPOSITORY.id + 1, kind, subject, now=NOON))
        assert (kind, status) == (kind, 404)


async def _next_event(stream: aiohttp.StreamReader) -> list[str]:
    lines: list[str] = []
    while True:
        line = (await stream.readline()).decode().strip()
        if not line and lines:
            return lines
        if line and not line.startswith(":"):
            lines.append(line)


async def test_an_open_page_hears_that_something_moved_and_that_it_is_over(tmp_path: Path) -> None:
    async with reading(tmp_path, live_every=0.01) as reader, asyncio.timeout(20):
        await save_deployment(reader.database, NOON)
        address = f"{_address(Kind.DEPLOYMENT, str(DEPLOYMENT_ID))}/changes"
        async with reader.session.get(address, params={"version": "an older one"}) as answer:
            assert answer.content_type == "text/event-stream"
            first = await _next_event(answer.content)
            await save_deployment(reader.database, NOON + timedelta(minutes=1))
            second = await _next_event(answer.content)
            await save_deployment(reader.database, NOON + timedelta(minutes=2), stage=Stage.SUCCEEDED)
            third, over = await _next_event(answer.content), await _next_event(answer.content)
            assert await answer.content.read() == b""

    assert first[0] == second[0] == third[0] == "event: changed"
    assert first[1] != second[1]
    assert over[0] == "event: over"


async def test_too_many_followers_are_asked_to_come_again(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_STREAMS", 0)

    status, _, headers = await reader.get(f"{_address(Kind.GATE, GATE_ID)}/changes")

    assert (status, headers["Retry-After"]) == (503, "60")


async def test_whoever_has_no_address_hears_nothing(reader: Reader) -> None:
    status, _, _ = await reader.get(f"/ci/{REPOSITORY.id}/gate/6b2f0380-abc/{GATE_ID}/changes")
    assert status == 404

"""On which instance the bot runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.costs.enforcers.host import this_instance
from tests.support.cloud.aws import cloud

if TYPE_CHECKING:
    from pathlib import Path

HOST = "i-0123456789abcdef0"


@pytest.mark.parametrize(("text", "told"), [(f"{HOST}\n", HOST), ("Not Specified\n", ""), ("", "")])
async def test_the_board_says_it(
    text: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Machines of the Nitro system have their id on the board; what is no id is none."""
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    board = tmp_path / "board_asset_tag"
    board.write_text(text)
    assert await this_instance(board=board) == told


async def test_older_machines_ask_their_metadata(tmp_path: Path) -> None:
    """Where the board says nothing, the metadata service is asked, with a token."""
    async with cloud() as world:
        world.this_host = HOST
        assert await this_instance(board=tmp_path / "none") == HOST


async def test_elsewhere_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is not EC2's has no id, whether nobody answers or something else does."""
    async with cloud():
        assert not await this_instance(board=tmp_path / "none")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1")
    assert not await this_instance(board=tmp_path / "none")

"""A stranger's policy file costs one process, however it is made."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import msgspec
import pytest
from structlog.testing import capture_logs

from bot.config.repository import RepositoryConfig
from bot.proposals import reading as reading_module
from bot.proposals.reading import Reading, answer, read_proposal, understand

if TYPE_CHECKING:
    import pytest

LEVELS = 12


def bomb() -> bytes:
    """This function will make a small file whose aliases mean a million million words."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, LEVELS)]
    return "\n".join([*lines, f"environments: *a{LEVELS - 1}"]).encode()


async def test_a_regular_file_is_understood_as_at_home() -> None:
    text = b"environments:\n  staging: {reviews: 1, for: 1}\n  production: {requires: [staging]}\n"
    for each in (text, text.replace(b", for: 1", b"")):
        assert await read_proposal(each) == understand(each)


def long_file() -> bytes:
    """This function will make as long a file as is read at all."""
    named = "".join(f" e{number}: {{}}\n" for number in range(5800))
    return f"environments:\n{named}".encode()


def test_the_process_answers_with_what_it_understood() -> None:
    for text in (b"environments:\n  staging: {reviews: 1}\n", b"environments: 1\n"):
        said = io.BytesIO()
        answer(io.BytesIO(text), said)
        assert msgspec.json.decode(said.getvalue(), type=Reading) == understand(text)


async def test_no_file_is_the_default_policy() -> None:
    assert (await read_proposal(None)).config == RepositoryConfig()


async def test_a_file_whose_aliases_mean_more_than_there_is_room_for_is_a_mistake() -> None:
    reading = await read_proposal(bomb())
    assert reading.config is None
    assert len(reading.mistakes) == 1


async def test_a_file_that_takes_too_long_is_a_mistake_and_costs_no_more_than_its_time() -> None:
    """It is a regular one, only long; a second of computing is less than it takes."""
    reading = await read_proposal(long_file(), seconds=1)
    assert reading.config is None
    (mistake,) = reading.mistakes
    assert "too much time or memory" in mistake.message


async def test_nothing_of_our_environment_reaches_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds the App's key; a start that needed it would not come back with an answer."""
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    assert (await read_proposal(b"version: 1")).config == RepositoryConfig()


async def test_a_failure_of_our_own_is_not_said_to_be_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child ends at once: an interpreter that does not know the module."""
    monkeypatch.setattr(reading_module, "MODULE", "bot.proposals.nowhere")
    with capture_logs() as logs:
        reading = await read_proposal(b"version: 1")
    (mistake,) = reading.mistakes
    assert "Pilothouse failed to read the file" in mistake.message
    assert [each["event"] for each in logs] == ["proposal_not_read"]

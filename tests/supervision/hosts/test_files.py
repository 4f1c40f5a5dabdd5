"""Files of a host are read and written whole or not at all, whichever way it is reached."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bot.supervision.hosts.files import read_file, write_file
from bot.supervision.hosts.local import LocalHost
from bot.supervision.hosts.model import Order, Result, Unknown
from tests.support.driving_hosts import WAYS, reached

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.supervision.hosts.model import Host

NAME = "it's a file\n{{ x }}"
NOISE = bytes(os.urandom(60_000))  # that cannot be packed: it takes several answers and orders


@pytest.fixture(params=WAYS)
async def host(request: pytest.FixtureRequest) -> AsyncIterator[Host]:
    """This machine, reached in each of the two ways."""
    async with reached(request.param) as made:
        yield made.host


@pytest.mark.parametrize(
    "content", [b"", b"a line\n", b"\0\xff\n\n", NOISE], ids=["empty", "text", "bytes", "noise"]
)
async def test_what_is_written_is_read_again(host: Host, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "made" / NAME
    assert await write_file(host, str(file), content, 0o640) is None
    assert file.read_bytes() == content
    assert file.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in file.parent.iterdir()] == [NAME]
    assert await read_file(host, str(file), 100_000) == content


async def test_only_the_first_bytes_of_a_large_file_are_read(tmp_path: Path) -> None:
    """Of a file of ten gigabytes, too; it has holes, so that it takes no space here."""
    with (tmp_path / "large").open("wb") as file:
        file.write(NOISE[:100])
        file.truncate(10 << 30)
    assert await read_file(LocalHost(), str(tmp_path / "large"), 50) == NOISE[:50]


async def test_what_is_no_regular_file_is_none(host: Host, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("hush")
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "none", "", "none/none"):
        assert await read_file(host, str(tmp_path / name), 10) is None


async def test_a_file_is_replaced_and_a_link_is_not_followed(host: Host, tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("kept")
    (tmp_path / "link").symlink_to("victim")
    assert await write_file(host, str(tmp_path / "link"), b"new", 0o600) is None
    assert (tmp_path / "victim").read_text() == "kept"
    assert (tmp_path / "link").read_text() == "new"


async def test_what_cannot_be_written_says_why(host: Host, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for name in ("file/below", "folder"):
        told = await write_file(host, str(tmp_path / name), b"x", 0o600)
        assert str(told).startswith(f"{tmp_path / name} cannot be written: ")


class _Meddled:
    """This machine, on which something else happens before each order."""

    def __init__(self, meddle: Callable[[], object]) -> None:
        self.meddle = meddle

    async def run(self, order: Order) -> Result | Unknown:
        """This function will let it happen and run the order."""
        self.meddle()
        return await LocalHost().run(order)


async def test_a_file_that_changes_while_it_is_read_is_unknown(tmp_path: Path) -> None:
    file = tmp_path / "file"
    host = _Meddled(lambda: file.write_bytes(os.urandom(60_000)))
    answer = await read_file(host, str(file), 100_000)
    assert isinstance(answer, Unknown)


async def test_a_file_that_two_write_at_once_is_not_mixed(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    host = _Meddled(lambda: (tmp_path / "file.pilothouse-packed").write_text("else"))
    told = await write_file(host, str(file), NOISE, 0o600)
    assert told == f"{file} cannot be written: another wrote it, too"
    assert file.read_text() == "old"


class _Silent:
    """A host that answers so."""

    def __init__(self, *answers: Result | Unknown) -> None:
        self.answers = list(answers)

    async def run(self, order: Order) -> Result | Unknown:
        """This function will answer."""
        del order
        return self.answers.pop(0)


UNKNOWN, BROKEN = Unknown(why="nobody answered"), Result(code=2, out="", err="sh: broken")
MORE = Result(code=0, out="20000\n" + "A" * 18_000, err="")


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ((UNKNOWN,), "nobody answered"),
        ((BROKEN,), "exit 2: sh: broken"),
        ((Result(code=0, out="what", err=""),), "exit 0"),
        ((MORE, UNKNOWN), "nobody answered"),
        ((Result(code=0, out="4\n!", err=""),), "it changed while it was read"),
        ((Result(code=0, out="4\nH4sI", err=""),), "it did not arrive whole"),
    ],
)
async def test_what_a_host_does_not_say_is_unknown(answers: tuple[Result | Unknown, ...], why: str) -> None:
    assert await read_file(_Silent(*answers), "/file", 100_000) == Unknown(why=why)


async def test_a_host_that_does_not_say_how_the_writing_went_is_told() -> None:
    assert await write_file(_Silent(UNKNOWN), "/file", b"", 0o600) == "nobody answered"
    told = await write_file(_Silent(BROKEN), "/file", b"", 0o600)
    assert told == "/file cannot be written: exit 2: sh: broken"

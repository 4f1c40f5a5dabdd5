"""The demo as a person starts it: the whole story once, or a world to look at until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys

import psutil
import pytest

from bot.demo.run import demo
from bot.demo.story import STORY

pytestmark = [pytest.mark.timeout(900), pytest.mark.no_cover]


async def test_whole_story_happens() -> None:
    said: list[str] = []

    code = await demo(once=True, port=None, echo=said.append)

    assert code == 0, "\n".join(said)
    assert [line[4:] for line in said if line[:4].strip(" .").isdecimal()] == [step.title for step in STORY]


async def test_taken_port_is_said_with_what_to_do() -> None:
    said: list[str] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        code = await demo(once=False, port=port, echo=said.append)

    assert code == 1
    assert said[-1] == (
        f"The local GitHub cannot listen on port {port}: address already in use. Choose another with --port."
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_world_stands_until_it_is_told_to_end(number: signal.Signals) -> None:
    command = (sys.executable, "-m", "bot", "demo", "--port", "0")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    async with asyncio.timeout(90):
        said = await process.stdout.readuntil(b"Ctrl-C ends it.\n")

        process.send_signal(number)
        rest = await process.stdout.read()
        code = await process.wait()

    assert b"/acme/harbour/pull/1" in said
    assert (code, rest) == (0, b"Stopping ...\n")


async def test_term_in_the_middle_leaves_no_process_behind() -> None:
    command = (sys.executable, "-m", "bot", "demo", "--once")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    async with asyncio.timeout(90):
        await process.stdout.readuntil(b" 1. ")
        bot = psutil.Process(process.pid).children(recursive=True)

        process.terminate()
        rest = await process.stdout.read()
        code = await process.wait()

    assert (code, rest.splitlines()[-1]) == (1, b"Stopped.")
    assert bot
    assert not any(child.is_running() for child in bot)

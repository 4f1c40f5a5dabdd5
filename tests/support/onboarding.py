"""A set-up as people begin it: a local GitHub without an App, and Pilothouse as a real process in an empty folder."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.localhub.pages.routes import open_site
from bot.localhub.server import AppSettings, LocalHub
from tests.support.hub import wall_clock

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Callable, Mapping
    from datetime import datetime
    from pathlib import Path

_LINK = re.compile(r"http://\S+/setup\?token=\S+")
_SECONDS = 30.0


@asynccontextmanager
async def appless_hub(*, clock: Callable[[], datetime] = wall_clock) -> AsyncIterator[LocalHub]:
    """This function will start a local GitHub with its pages, on which no App is registered yet."""

    def extend(hub: LocalHub, application: object) -> None:
        open_site(hub, application)  # type: ignore[arg-type]  # an application, as the hub hands it over

    hub = await LocalHub.start(clock=clock, settings=AppSettings(is_registered=False), extend=extend)
    try:
        yield hub
    finally:
        await hub.close()


def bare_environment(hub: LocalHub, folder: Path, **more: str) -> dict[str, str]:
    """This function will give the environment of somebody who has set nothing but where things are."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PILOTHOUSE_")}
    return {
        **kept,
        "PILOTHOUSE_DATABASE_URL": f"sqlite:///{folder / 'pilothouse.db'}",
        "PILOTHOUSE_GITHUB_API_URL": hub.url,
        "PILOTHOUSE_HOST": "127.0.0.1",
        "PORT": "0",
        **more,
    }


@asynccontextmanager
async def running(environment: Mapping[str, str], *arguments: str) -> AsyncIterator[Process]:
    """This function will run a command of Pilothouse, and stop it at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        env=dict(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(_SECONDS):
                    await process.communicate()
            except TimeoutError:
                process.kill()
                raise


async def link_of(process: Process) -> str:
    """This function will wait for the link that the console prints."""
    assert process.stdout is not None
    read = ""
    async with asyncio.timeout(_SECONDS):
        while True:
            line = (await process.stdout.readline()).decode()
            assert line, f"it ended without a link: {read}{await _errors(process)}"
            read += line
            if found := _LINK.search(line):
                return found[0]


async def _errors(process: Process) -> str:
    assert process.stderr is not None
    return (await process.stderr.read()).decode()

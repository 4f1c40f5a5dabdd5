"""The bot as a process of its own: `pilothouse serve` on a temporary database, beside the local GitHub."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bot.localhub.server import LocalHub

_SERVE = (sys.executable, "-m", "bot", "serve")
_TERM_SECONDS = 20.0
_LOOK_SECONDS = 0.05
_TAIL_LINES = 25


class BotProcessError(Exception):
    """The bot did not start, or ended by itself; the message carries the end of its log."""


class BotProcess:
    """A running `pilothouse serve`.

    Args:
        hub: the local GitHub that it talks to.
        folder: gets its database and its log.
        command: what is started.
        database_url: where it keeps its state; without it a SQLite file in the folder.
        settings: more of its environment.
    """

    def __init__(
        self,
        hub: LocalHub,
        folder: Path,
        *,
        command: Sequence[str] = _SERVE,
        database_url: str = "",
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._hub = hub
        self._command = command
        self._settings = settings
        self._database_url = database_url or f"sqlite:///{folder / 'pilothouse.db'}"
        self._beside: list[subprocess.Popen[bytes]] = []
        self.process: asyncio.subprocess.Process | None = None
        self.log = folder / "bot.log"
        self._said_beside = folder / "beside.log"
        self.url = f"http://127.0.0.1:{_free_port()}"

    async def start(self, *, seconds: float) -> None:
        """This function will start the bot and wait until it says that it is healthy.

        Raises:
            BotProcessError: it ended, or was not healthy in time.
        """
        with self.log.open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment(),
                start_new_session=True,  # Ctrl-C reaches the demo, which then stops the bot in order
            )
        try:
            async with asyncio.timeout(seconds), aiohttp.ClientSession() as session:
                while not await self._is_healthy(session):
                    self.check()
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError as error:
            raise BotProcessError(f"The bot was not healthy within {seconds:.0f} s.{self.tail()}") from error

    def run_beside(self, *arguments: str) -> None:
        """This function will start another command of the program with the bot's environment."""
        with self._said_beside.open("wb") as output:
            self._beside.append(
                subprocess.Popen(  # noqa: S603 - our own command
                    (sys.executable, "-m", "bot", *arguments),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=self.environment(),
                )
            )

    def beside_told(self) -> str:
        """This function will give what the last command beside the bot has said, once it has ended; until then ""."""
        if not self._beside or self._beside[-1].poll() is None:
            return ""
        return self._said_beside.read_text(encoding="utf-8", errors="replace")

    def check(self) -> None:
        """This function will complain if the bot has ended.

        Raises:
            BotProcessError: it has.
        """
        if self.process is not None and self.process.returncode is not None:
            raise BotProcessError(f"The bot ended with code {self.process.returncode}.{self.tail()}")

    async def ended(self) -> None:
        """This function will wait until the bot has ended."""
        if self.process is not None:
            await self.process.wait()

    async def stop(self, *, seconds: float = _TERM_SECONDS) -> None:
        """This function will stop the bot as an operator would, and kill it if it does not obey in time."""
        for beside in self._beside:
            beside.kill()
            beside.wait()
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            async with asyncio.timeout(seconds):
                await self.process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            await self.process.wait()

    async def _is_healthy(self, session: aiohttp.ClientSession) -> bool:
        with suppress(aiohttp.ClientError):
            async with session.get(f"{self.url}/healthz") as response:
                return response.ok
        return False

    def environment(self) -> dict[str, str]:
        """This function will make the environment of the bot's processes."""
        inherited = os.environ  # noqa: TID251 - a child process inherits everything but our own settings
        kept = {name: value for name, value in inherited.items() if not name.startswith("PILOTHOUSE_")}
        return kept | {
            "PILOTHOUSE_APP_ID": self._hub.client_id,
            "PILOTHOUSE_PRIVATE_KEY": self._hub.private_key_pem,
            "PILOTHOUSE_CLIENT_ID": self._hub.client_id,
            "PILOTHOUSE_CLIENT_SECRET": self._hub.client_secret,
            "PILOTHOUSE_WEBHOOK_SECRET": self._hub.webhook_secret,
            "PILOTHOUSE_GITHUB_API_URL": self._hub.url,
            "PILOTHOUSE_DATABASE_URL": self._database_url,
            "PILOTHOUSE_HOST": "127.0.0.1",
            "PILOTHOUSE_PUBLIC_URL": self.url,
            "PILOTHOUSE_VERIFY_PRIVATE": "127.0.0.0/8",  # the demo's services answer for their health there
            "PILOTHOUSE_WRITE_PACE": "0.05",  # the local GitHub does not mind
            "PORT": self.url.rpartition(":")[2],
            **self._settings,
        }

    def tail(self) -> str:
        """This function will give the end of the bot's log, as a paragraph that can follow a message."""
        if not self.log.exists():
            return ""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:]
        return "\nThe end of its log:\n" + "\n".join(f"  {line}" for line in lines) if lines else ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

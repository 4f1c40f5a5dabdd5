"""The machine that the bot itself runs on: programs in a process group of their own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.supervision.hosts.model import MOST_ERROR, MOST_OUTPUT, Result, Unknown, too_long
from bot.supervision.programs.ordering import NAME, script

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from bot.supervision.hosts.model import Order

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_ANYONE = "any"  # whom it never runs as: here that is the operator's choice
_BY_SIGNAL = 128
_CHUNK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalHost:
    """This machine."""

    user: str | None = None  # None for the owner of the order's folder

    async def run(self, order: Order) -> Result | Unknown:
        """This function will run the program and say how it ended; at its time limit all of its group is killed."""
        who = (_ANYONE, self.user or "", order.folder, order.cwd)
        try:
            process = await asyncio.create_subprocess_exec(
                "sh",
                "-c",
                script("as_owner"),
                NAME,
                *who,
                *order.argv,
                # Nothing of the bot's own environment, where its secrets are.
                env={"PATH": _PATH, "HOME": str(Path.home()), "LC_ALL": "C.UTF-8"},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:  # too many words, or none that a program can be given
            return Unknown(why=f"the program could not be started: {error}")
        try:
            async with asyncio.timeout(order.timeout.total_seconds()):
                out, err, code = await _ended(process)
        except TimeoutError:
            return too_long(order)
        finally:
            await _kill(process)
        return Result(code=code if code >= 0 else _BY_SIGNAL - code, out=out, err=err)


async def _ended(process: Process) -> tuple[str, str, int]:
    out, err = await asyncio.gather(_head(process.stdout, MOST_OUTPUT), _head(process.stderr, MOST_ERROR))
    return out, err, await process.wait()


async def _head(stream: asyncio.StreamReader | None, most: int) -> str:
    """The beginning of a stream that is read to its end, so that its writer is never kept waiting."""
    kept = b""
    while stream is not None and (chunk := await stream.read(_CHUNK)):
        kept += chunk[: most - len(kept)]
    return kept.decode(errors="replace")


async def _kill(process: Process) -> None:
    """End whatever is left of the program's group, such as children that outlive it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()

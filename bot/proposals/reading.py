"""Reads a stranger's policy file in a process of its own, which is ended when it takes too much time or memory."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import structlog

from bot.config.mistakes import ConfigurationErrors, ConfigurationMistake
from bot.config.repository import RepositoryConfig, configuration_from_yaml
from bot.forms import decode

if TYPE_CHECKING:
    from typing import BinaryIO

_log = structlog.get_logger()
MODULE = "bot.proposals.reading"  # this one, begun anew
SECONDS = 15  # of computing; a regular file takes a fraction of one
_PATIENCE = 8  # how many times as long it may take by the clock, on a busy host
_BYTES = 1 << 30
_TOO_MUCH = "reading the file takes too much time or memory; make it simpler"
_OURS = "Pilothouse failed to read the file; whoever runs it finds why in its log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A proposed file as it was understood: a policy, or its mistakes."""

    config: RepositoryConfig | None = None
    mistakes: tuple[ConfigurationMistake, ...] = ()


async def read_proposal(text: bytes | None, *, seconds: int = SECONDS) -> Reading:
    """This function will understand a file that anyone may have written; without a file it is the default.

    Aliases within aliases and patterns without end are cheap to write and dear to read: they cost one process.
    """
    if text is None:
        return Reading(config=RepositoryConfig())
    return await asyncio.to_thread(_read_apart, text, seconds)


def understand(text: bytes) -> Reading:
    """This function will understand a file here and now."""
    found = configuration_from_yaml(text)
    if isinstance(found, ConfigurationErrors):
        return Reading(mistakes=found.mistakes)
    return Reading(config=found)


def answer(source: BinaryIO, target: BinaryIO) -> None:
    """This function will read the file that comes in and write what it means."""
    target.write(msgspec.json.encode(understand(source.read())))


def _read_apart(text: bytes, seconds: int) -> Reading:
    # Nothing of our environment is handed on: it holds the App's secrets.
    command = [sys.executable, "-I", "-m", MODULE, str(seconds)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, the stranger's text is its input
            command, input=text, capture_output=True, timeout=seconds * _PATIENCE, check=True, env={}
        )
        return decode(done.stdout, Reading)
    except subprocess.CalledProcessError as error:
        is_ours = error.returncode > 0 and b"MemoryError" not in error.stderr
        if is_ours:
            _log.error("proposal_not_read", error=error.stderr[-2000:].decode(errors="replace"))
        return _unread(_OURS if is_ours else _TOO_MUCH)
    except (subprocess.SubprocessError, msgspec.MsgspecError):
        return _unread(_TOO_MUCH)


def _unread(why: str) -> Reading:
    return Reading(mistakes=(ConfigurationMistake(line=1, column=1, message=why),))


def _limit(seconds: int) -> None:
    import resource  # noqa: PLC0415 - not on every platform

    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


if __name__ == "__main__":
    _limit(int(sys.argv[1]))
    answer(sys.stdin.buffer, sys.stdout.buffer)

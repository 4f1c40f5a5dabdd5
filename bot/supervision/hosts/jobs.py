"""Begins programs that outlive whoever began them, looks how they stand, and ends them with all they started."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.supervision.hosts.model import MOST_OUTPUT, Result, Unknown
from bot.supervision.programs.ordering import program, script

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.supervision.hosts.model import Host

_BEGINNING, _LOOKING, _ENDING = timedelta(seconds=20), timedelta(seconds=20), timedelta(seconds=30)
_WORDS = 5  # of how a job stands


class JobState(StrEnum):
    """How a job stands."""

    RUNNING = "running"
    ENDED = "ended"  # by itself
    KILLED = "killed"  # at its time limit, or because it was ended
    GONE = "gone"  # it never began, or went with its host: how it ended is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One program that takes its time."""

    argv: tuple[str, ...]
    folder: str  # where its files are kept; one for each job, made where it is missing
    cwd: str
    environment: Mapping[str, str] = field(default_factory=dict)  # beside PATH, HOME, USER and the language
    home: str | None = None  # by default its user's own
    limit: timedelta = timedelta(minutes=20)
    most_output: int = 1_000_000  # bytes, of both streams as they come; what is more is lost


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLook:
    """How a job stood when it was looked at."""

    state: JobState
    code: int | None  # as a shell tells it; None while it runs and where nobody knows
    out: bytes  # what follows the byte that was asked for; ask again for the rest
    size: int  # bytes of output that there are
    seconds: int  # that it has run
    is_cut: bool = False  # whether some of its output is lost: it was too much, or the disk was full


async def begin(host: Host, job: Job, key: str) -> str | None:
    """This function will begin the job, once for its folder and key, and return what kept it from beginning.

    Where the host did not say how that went, the answer says so; then the same may be asked again.

    Args:
        host: where it runs.
        job: what is run.
        key: the same begins once; where others write to what holds the folder, they must not be able to guess it.
    """
    assignments = tuple(f"{name}={value}" for name, value in job.environment.items())
    limit, most = str(max(1, int(job.limit.total_seconds()))), str(job.most_output)
    parts = (script("job-run"), script("job-reap"), job.folder, key, limit, most, job.cwd, job.home or "")
    order = program("job-begin", *parts, *assignments, *job.argv, folder=job.folder, timeout=_BEGINNING)
    answer = await host.run(order)
    if isinstance(answer, Unknown):
        return answer.why
    word, told = _first_two(answer.out)
    known = {
        "lacking": f"its host lacks {told}",
        "unwritable": f"its folder cannot be written: {told}",
        "other": "its folder belongs to another job",
        "lost": f"it was begun and is gone: {told}" if told else "it was begun and is gone",
    }
    if answer.code == 0 and word == "begun":
        return None
    return known.get(word) or _failed(answer)


async def look(host: Host, folder: str, since: int) -> JobLook | Unknown:
    """This function will say how the job of a folder stands, with its output from a byte on."""
    answer = await host.run(program("job-look", folder, str(since), folder=folder, timeout=_LOOKING))
    if isinstance(answer, Unknown):
        return answer
    first, _, packed = answer.out.partition("\n")
    words = first.split()
    if answer.code != 0 or len(words) != _WORDS or words[0] not in set(JobState):
        return Unknown(why=_failed(answer))
    word, code, seconds, lost, size = words
    try:
        out = base64.b64decode(packed.strip(), validate=True)
    except binascii.Error:
        return Unknown(why="its output did not arrive whole")
    return JobLook(
        state=JobState(word),
        code=int(code) if code != "-" else None,
        out=out,
        size=int(size),
        seconds=int(seconds),
        is_cut=lost == "yes",
    )


async def end(host: Host, folder: str) -> Unknown | None:
    """This function will kill all that belongs to the job of a folder; twice is as once."""
    order = program("job-end", script("job-reap"), folder, folder=folder, timeout=_ENDING)
    answer = await host.run(order)
    if isinstance(answer, Unknown):
        return answer
    if answer.code == 0 and answer.out.strip() == "0":
        return None
    return Unknown(why=f"{answer.out.strip() or 'some'} of its processes may be left ({_failed(answer)})")


def _first_two(out: str) -> tuple[str, str]:
    lines = [*out.splitlines(), "", ""]
    return lines[0], " ".join(lines[1].split())


def _failed(answer: Result) -> str:
    told = " ".join((answer.err or answer.out).split())[: MOST_OUTPUT // 100]
    return f"exit {answer.code}{f': {told}' if told else ''}"

"""Runs one command of a try to its end, whatever becomes of the bot in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from bot.diagnosis.reader import LogReader
from bot.redaction import redact
from bot.supervision.fixing.working.ending import End, Ended, Seen
from bot.supervision.hosts.files import read_file
from bot.supervision.hosts.jobs import Job, JobState, begin, end, look
from bot.supervision.hosts.model import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.engine.model import Run
    from bot.supervision.fixing.bench import Bench
    from bot.supervision.fixing.working.fixer import Command

Pricing = Callable[[str], Decimal | None]  # reads from what a command has written what it cost so far

MOST_OUTPUT = 4_000_000  # bytes that a command may write
_TAIL = 3_000  # characters of it that are shown
_REDACTED = 10 * _TAIL  # a secret is known by its beginning
_FIRST, _LONGEST = timedelta(seconds=1), timedelta(seconds=10)  # between two looks
_GRACE = timedelta(minutes=5)  # beyond its limit, until its host has said how it ended
_PRICED_EVERY = 3  # looks
_UNKNOWN = "unknown"
_OVER: Mapping[str, End] = {JobState.ENDED: End.ENDED, JobState.KILLED: End.LATE, JobState.GONE: End.LOST}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One command of a try."""

    name: str  # within the try
    argv: Command
    limit: timedelta
    home: str | None = None  # by default that of the folder's owner
    environment: Mapping[str, str] = field(default_factory=dict)
    pricing: Pricing | None = None  # None where it costs nothing
    dollars: Decimal = Decimal(0)  # that it may cost
    said: str = ""  # the command as a person would type it, which tells diagnosis what wrote the output


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What one look at it says."""

    state: str  # of JobState, or that its host does not say
    size: int = 0
    why: str = ""
    price: Decimal | None = None


async def finish(run: Run, bench: Bench, work: Work) -> Ended:
    """This function will begin the command once, look at it until it is over or has to be, and read how it ended."""
    problem = await _begun(run, bench, work)
    if problem:
        return Ended(end=End.NOT_BEGUN, problem=problem)
    waited = timedelta()
    for number, pause in enumerate(_pauses(), start=1):
        await run.sleep(pause)
        waited += pause
        glancing = partial(_glance, bench, work, is_priced=number % _PRICED_EVERY == 0)
        glance = await run.step(f"look at {work.name}", glancing, returns=Glance)
        over = _over(work, glance, waited)
        if over is not None:
            reading = partial(_ended, bench, work, over, glance)
            return await run.step(f"end {work.name}", reading, returns=Ended)
    raise AssertionError("there is always another look")


async def _begun(run: Run, bench: Bench, work: Work) -> str:
    """Why it could not be begun; what a host did not answer is asked again."""
    job = Job(
        argv=work.argv,
        folder=bench.job(work.name),
        cwd=bench.place,
        environment=work.environment,
        home=work.home,
        limit=work.limit,
        most_output=MOST_OUTPUT,
    )
    problem: str | None = None
    for pause in (_FIRST, _LONGEST, None):
        problem = await run.step(f"begin {work.name}", partial(begin, bench.host, job, work.name), str | None)
        if problem is None or pause is None:
            break
        await run.sleep(pause)
    return problem or ""


def _pauses() -> Iterator[timedelta]:
    pause = _FIRST
    while True:
        yield pause
        pause = min(pause * 2, _LONGEST)


def _over(work: Work, glance: Glance, waited: timedelta) -> End | None:
    """Why it is over, or has to be; None while it may go on."""
    if glance.price is not None and glance.price > work.dollars:
        return End.COSTLY
    if glance.size >= MOST_OUTPUT:
        return End.FLOOD
    if glance.state in _OVER:
        return _OVER[glance.state]
    if waited < work.limit + _GRACE:
        return None
    return End.LATE if glance.state == JobState.RUNNING else End.LOST


async def _glance(bench: Bench, work: Work, *, is_priced: bool) -> Glance:
    folder = bench.job(work.name)
    found = await look(bench.host, folder, MOST_OUTPUT)
    if isinstance(found, Unknown):
        return Glance(state=_UNKNOWN, why=found.why)
    price = None
    if work.pricing is not None and is_priced and found.state is JobState.RUNNING:
        price = await asyncio.to_thread(work.pricing, await _output(bench, work) or "")
    return Glance(state=found.state, size=found.size, price=price)


async def _ended(bench: Bench, work: Work, over: End, glance: Glance) -> Ended:
    """End what may be left of it, and read what it wrote."""
    folder = bench.job(work.name)
    await end(bench.host, folder)
    found = await look(bench.host, folder, MOST_OUTPUT)
    if isinstance(found, Unknown) or over is End.LOST:
        why = found.why if isinstance(found, Unknown) else glance.why or "its host does not know of it"
        return Ended(end=End.LOST, problem=why)
    output = await _output(bench, work)
    if output is None:
        return Ended(end=End.LOST, problem="what it wrote could not be read")
    return Ended(
        end=over,
        code=found.code if over is End.ENDED else None,
        seconds=found.seconds,
        tail=redact(output[-_REDACTED:])[-_TAIL:],
        seen=await asyncio.to_thread(_seen, output, work.said),
        price=await asyncio.to_thread(work.pricing, output) if work.pricing is not None else None,
    )


async def _output(bench: Bench, work: Work) -> str | None:
    content = await read_file(bench.host, f"{bench.job(work.name)}/out", MOST_OUTPUT)
    return content.decode(errors="replace") if isinstance(content, bytes) else None


def _seen(output: str, said: str) -> tuple[Seen, ...]:
    reader = LogReader(failed_step=said)
    reader.feed(output.encode())
    return tuple(Seen(tool=one.tool, fingerprint=one.fingerprint) for one in reader.finish().failures)

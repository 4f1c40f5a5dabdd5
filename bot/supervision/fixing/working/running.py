"""Runs one command of a try to its end, whatever becomes of the bot in between."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from bot.diagnosis.reader import LogReader
from bot.redaction import redact
from bot.supervision.fixing.agent.prices import Spent
from bot.supervision.fixing.working.ending import End, Ended, Seen
from bot.supervision.hosts.files import read_file
from bot.supervision.hosts.jobs import Job, JobLook, JobState, begin, end, look
from bot.supervision.hosts.model import Unknown

if TYPE_CHECKING:
    from bot.engine.model import Run
    from bot.supervision.fixing.bench import Bench
    from bot.supervision.fixing.working.fixer import Command

Pricing = Callable[[str], Spent]  # reads from what a command has written what it used so far

MOST_OUTPUT = 4_000_000  # bytes that a command may write
_TAIL = 3_000  # characters of it that are shown
_REDACTED = 10 * _TAIL  # a secret is known by its beginning
_FIRST, _LONGEST = timedelta(seconds=1), timedelta(seconds=10)  # between two looks
_GRACE = timedelta(minutes=5)  # beyond its limit, until its host has said how it ended


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
    calls: int = 0  # of a model that it may make
    said: str = ""  # the command as a person would type it, which tells diagnosis what wrote the output


async def finish(run: Run, bench: Bench, work: Work) -> Ended:
    """This function will begin the command once, look at it until it is over or has to be, and say how it ended."""
    problem = await _begun(run, bench, work)
    if problem:
        return Ended(end=End.NOT_BEGUN, problem=problem)
    waited, pause = timedelta(), _FIRST
    while True:
        await run.sleep(pause)
        waited += pause
        looking = partial(_looked, bench, work, is_late=waited >= work.limit + _GRACE)
        ended = await run.step(f"look at {work.name}", looking, returns=Ended | None)
        if ended is not None:
            return ended
        pause = min(pause * 2, _LONGEST)


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
    # A fixer could lay ready what a later command seems to have come to, if it knew by which key that is begun.
    key = await run.step(f"key of {work.name}", _new_key, returns=str)
    beginning = partial(begin, bench.host, job, key)
    for pause in (_FIRST, _LONGEST):
        if await run.step(f"begin {work.name}", beginning, returns=str | None) is None:
            return ""
        await run.sleep(pause)
    problem = await run.step(f"begin {work.name}", beginning, returns=str | None)
    if problem is not None:  # its host may have begun it all the same
        await run.step(f"end {work.name}", partial(_given_up, bench, work), returns=None)
    return problem or ""


async def _new_key() -> str:
    return secrets.token_hex(16)


async def _given_up(bench: Bench, work: Work) -> None:
    await end(bench.host, bench.job(work.name))


async def _looked(bench: Bench, work: Work, *, is_late: bool) -> Ended | None:
    """How it ended, or was ended just now; None while it may go on, or may do so for all that is known."""
    found = await look(bench.host, bench.job(work.name), 0)
    if isinstance(found, Unknown):
        return Ended(end=End.LOST, problem=found.why) if is_late else None
    if found.state is JobState.GONE:
        return Ended(end=End.LOST, problem="it does not know the command any more")
    is_over = found.state is not JobState.RUNNING or is_late or found.size >= MOST_OUTPUT
    output = await _output(bench, work, found) if is_over or work.pricing is not None else ""
    if output is None:
        return Ended(end=End.LOST, problem="it does not tell what the command wrote") if is_over else None
    spent = await asyncio.to_thread(work.pricing, output) if work.pricing is not None else Spent()
    over = _over(work, found, spent, is_late=is_late)
    if over is None:
        return None
    if found.state is JobState.RUNNING:
        await end(bench.host, bench.job(work.name))
    return Ended(
        end=over,
        code=found.code if over is End.ENDED else None,
        seconds=found.seconds,
        tail=redact(output[-_REDACTED:])[-_TAIL:],
        seen=await asyncio.to_thread(_seen, output, work.said),
        price=spent.price,
    )


def _over(work: Work, found: JobLook, spent: Spent, *, is_late: bool) -> End | None:
    """Why it is over, or has to be."""
    if found.size >= MOST_OUTPUT:
        return End.FLOOD
    if found.state is JobState.ENDED:
        return End.ENDED
    if found.state is JobState.KILLED or is_late:
        return End.LATE
    if spent.price is not None and spent.price > work.dollars:
        return End.COSTLY
    return End.RESTLESS if spent.calls > work.calls else None


async def _output(bench: Bench, work: Work, found: JobLook) -> str | None:
    """All that it wrote; None where its host does not tell."""
    content: bytes | Unknown | None = found.out
    if found.size > len(found.out):
        content = await read_file(bench.host, f"{bench.job(work.name)}/out", MOST_OUTPUT)
    if not isinstance(content, bytes):
        return None
    # Where the host has the work tree is nobody's business, and no part of a failure's name.
    text = content.decode(errors="replace").replace(f"{bench.tree}/", "").replace(bench.tree, ".")
    return text.replace(bench.place, "…")


def _seen(output: str, said: str) -> tuple[Seen, ...]:
    reader = LogReader(failed_step=said)
    reader.feed(output.encode())
    return tuple(Seen(tool=one.tool, fingerprint=one.fingerprint) for one in reader.finish().failures)

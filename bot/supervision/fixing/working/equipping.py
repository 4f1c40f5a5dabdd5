"""Brings to the host what commands need beside the work tree, and wraps them in the limits of a try."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.supervision.fixing.working.attempts import not_prepared
from bot.supervision.fixing.working.problems import MOST_LINKS, Problem, read_links, unknown
from bot.supervision.fixing.working.running import Work, finish
from bot.supervision.hosts.files import write_file
from bot.supervision.programs.ordering import NAME, script

if TYPE_CHECKING:
    from bot.engine.model import Run
    from bot.supervision.fixing.bench import Bench
    from bot.supervision.fixing.working.candidates import Candidate
    from bot.supervision.fixing.working.fixer import Command, Fixer

_PREPARING = timedelta(minutes=10)
_PRIVATE = 0o600
_LEAST_FREE = 512 * 1024  # KiB of the disk: a fixer that leaves less is ended


def wrapped(bench: Bench, command: Command, *, secrets: str = "") -> Command:
    """This function will make of a command one that runs in the work tree, within limits, with the user's tools."""
    return ("sh", "-c", script("fixer"), NAME, bench.place, bench.kept, secrets, str(_LEAST_FREE), *command)


async def prepare(run: Run, bench: Bench, fixer: Fixer | None) -> Problem | None:
    """This function will bring what a tool needs into the work tree, and return what kept it from that."""
    if fixer is None or not fixer.prepare:
        return None
    command = ("sh", "-c", script(fixer.prepare))
    work = Work(name="prepare", argv=wrapped(bench, command), limit=_PREPARING, home=bench.home)
    return not_prepared(await finish(run, bench, work), fixer.tool)


async def equip(run: Run, bench: Bench, candidate: Candidate) -> Problem | None:
    """This function will write the files that a fixer finds, and return what kept it from that."""
    return await run.step(
        f"equip {candidate.name}", partial(_write, bench, candidate), returns=Problem | None
    )


async def links_of(run: Run, bench: Bench) -> tuple[str, ...] | Problem:
    """This function will name the symbolic links of the commit, which an agent must not follow out of the work tree."""
    return await run.step("links", partial(_links, bench), returns=tuple[str, ...] | Problem)


async def _links(bench: Bench) -> tuple[str, ...] | Problem:
    return read_links(await bench.ask_git("links", bench.base_sha, str(MOST_LINKS)))


async def _write(bench: Bench, candidate: Candidate) -> Problem | None:
    for path, content in candidate.files.items():
        problem = await write_file(bench.host, path, content, _PRIVATE)
        if problem is not None:
            return unknown(problem)
    return None

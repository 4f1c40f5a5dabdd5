"""Asks a source what things have cost, and keeps what it tells; a source that fails is a gap and stops nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations at run time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import structlog

from bot.costs.causes.finding import attributed
from bot.costs.metering.journalling import key_of, merged
from bot.costs.metering.model import Told
from bot.costs.model import Gap, GapKind, SourceReading, Sureness
from bot.costs.settling import settled
from bot.costs.store.meters import forget_unseen, lines_of, save_lines
from bot.costs.store.settled import save_settled
from bot.markdown import code

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.costs.look import CostSource, Look
    from bot.costs.model import MeterLine
    from bot.storage.database import Database
    from bot.storage.effects import Effects

_PATIENCE = 180.0  # seconds for all that a source asks
SETTLED = "cost_explorer"

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledTold:
    """What Cost Explorer told of whole days, without its lines; once a day."""

    look: str  # that asked
    gaps: tuple[Gap, ...] = ()
    calls: Mapping[str, int] = field(default_factory=dict)


async def ask(source: CostSource, look: Look, *, database: Database) -> Told:
    """This function will read a source and keep its lines; it may be done twice."""
    known = await database.read(lambda connection: lines_of(connection, look.repository.id, look.day))
    reading = await _read(source, replace(look, known=known))
    lines = tuple(replace(line, source=source.name) for line in reading.lines)
    await database.write(lambda connection: _keep(connection, look, source.name, lines))
    return Told(
        source=source.name,
        data_until=reading.data_until,
        sureness=reading.sureness,
        gaps=reading.gaps,
        calls=look.accounts.calls,
    )


async def ask_settled(look: Look, *, asked_by: str, database: Database, effects: Effects) -> SettledTold:
    """This function will read the settled days at the first look of each day: each request has a price."""
    reach = "" if look.accounts.accounts else "/github"  # which tells its bill without AWS
    if reach and not look.config.actions:
        return SettledTold(look=asked_by)

    async def fetch() -> SettledTold:
        try:
            async with asyncio.timeout(_PATIENCE):
                told = await settled(look)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong there must not stop the meter
            return SettledTold(look=asked_by, gaps=(_broken(SETTLED, error),), calls=look.accounts.calls)
        repository = look.repository.id
        await database.write(lambda connection: save_settled(connection, repository, told.lines, at=look.now))
        return SettledTold(look=asked_by, gaps=told.gaps, calls=look.accounts.calls)

    async def unknown() -> SettledTold | None:
        return None

    key = f"settled/{look.repository.id}/{look.day}{reach}"
    return await effects.once(key, fetch, read_back=unknown, returns=SettledTold)


async def _read(source: CostSource, look: Look) -> SourceReading:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await source.read(look)
    except Exception as error:  # noqa: BLE001 - as above
        return SourceReading(
            source=source.name,
            data_until=None,
            sureness=Sureness.ESTIMATED,
            gaps=(_broken(source.name, error),),
        )


def _keep(connection: Connection, look: Look, source: str, lines: tuple[MeterLine, ...]) -> None:
    repository = look.repository.id
    forget_unseen(connection, repository, look.day, now=look.now)
    known = {key_of(line): line for line in lines_of(connection, repository, look.day, source=source)}
    told = attributed(connection, repository, lines)
    save_lines(connection, repository, merged(known, told, day=look.day, now=look.now), known=known)


def _broken(source: str, error: Exception) -> Gap:
    _log.warning("cost_source_failed", source=source, exc_info=error)
    what = "did not answer in time" if isinstance(error, TimeoutError) else f"failed ({type(error).__name__})"
    return Gap(
        source=source,
        kind=GapKind.UNAVAILABLE,
        text=f"The source {code(source)} {what}; what it told before still counts, and the next look asks again.",
    )

"""Refuses to copy what is in use: one bot must not be carried away under its own hands, nor two be put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.databases.carrying import NotCarriedError
from bot.databases.places import APPLICATION

if TYPE_CHECKING:
    from bot.databases.places import Place

_OTHERS = sa.text(
    "select coalesce(nullif(application_name, ''), 'a program without a name'), count(*) from pg_stat_activity"
    " where datname = current_database() and usename = current_user and backend_type = 'client backend'"
    " and application_name <> :own group by 1 order by 1"
)


def refuse_running(place: Place) -> None:
    """This function will refuse a place that some process has open.

    Raises:
        NotCarriedError: one has, or it is not there.
    """
    if place.is_sqlite:
        _refuse_open_files(place)
        return
    try:
        with next(iter(place.engines.values())).connect() as connection:
            others = connection.execute(_OTHERS, {"own": APPLICATION}).all()
    except sa.exc.OperationalError as error:
        raise NotCarriedError(f"{place} cannot be reached: {error.orig}") from error
    if others:
        named = ", ".join(f"{count} of {name}" for name, count in others)
        raise NotCarriedError(
            f"{place} is in use by other connections ({named}): stop every web and worker process"
        )


def refuse_absent(place: Place) -> None:
    """This function will refuse a place whose files are not all there.

    Raises:
        NotCarriedError: one is missing.
    """
    for path in place.files().values() if place.is_sqlite else ():
        if not path.is_file():
            raise NotCarriedError(
                f"There is no database at {path}. Set PILOTHOUSE_DATABASE_URL, or name another."
            )


def refuse_used(place: Place) -> None:
    """This function will refuse a place that holds anything yet.

    Raises:
        NotCarriedError: it does.
    """
    for item in place.items():
        with place.engines[item.store].connect() as connection:
            if (
                connection.execute(sa.select(sa.literal(1)).select_from(item.table).limit(1)).first()
                is not None
            ):
                raise NotCarriedError(f"{place} is not empty ({item} has rows): name a new database")


def _refuse_open_files(place: Place) -> None:
    for store, path in place.files().items():
        engine = place.engines[store]
        if not path.exists():
            continue
        try:
            with engine.connect() as connection:
                connection.execute(sa.text("select count(*) from sqlite_master"))
        except sa.exc.OperationalError as error:
            raise NotCarriedError(
                f"{path} is in use by another process ({error.orig}): stop every web and worker process"
            ) from error

"""The command line's care of the databases: copied elsewhere, backed up, put back, checked."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.problems import StartError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Modules are imported inside the commands: `pilothouse diagnose` should not pay for the database.
# ruff: noqa: PLC0415

_NOT_WELL = 1


@click.group()
def db() -> None:
    """Copy, back up, restore or check the databases; PILOTHOUSE_DATABASE_URL names them."""


def _address(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    """An address as the settings take it too; it is not repeated, for it holds a password."""
    from bot.config.locations import as_database_url, database_url_problem

    url = as_database_url(text)
    if problem := database_url_problem(url):
        raise click.BadParameter(problem)
    return url


@db.command("copy")
@click.argument("source", metavar="FROM", callback=_address)
@click.argument("target", metavar="TO", callback=_address)
def copy_(*, source: str, target: str) -> None:
    """Copy everything from the database URL FROM to TO, such as from SQLite to PostgreSQL.

    Every process of the bot must be stopped, and TO be empty. Interrupted, the same command goes on. Rows are counted
    and compared at the end; from then on nothing starts on FROM.
    """
    from bot.app.clock import clock
    from bot.databases.copying import copy_database

    with _refusals():
        told = asyncio.run(copy_database(source, target, clock=clock, say=click.echo))
    click.echo(
        f"{sum(told.rows.values())} rows copied and compared, {told.chains} chain(s) of the journal followed."
    )
    click.echo("Now set PILOTHOUSE_DATABASE_URL to the new address and start the bot.")


@db.command("reopen")
@click.argument("url", callback=_address)
def reopen_(*, url: str) -> None:
    """Let the database URL, which was copied elsewhere, be used again."""
    from bot.databases.copying import reopen

    with _refusals():
        reopen(url)


@db.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def backup(*, folder: Path) -> None:
    """Copy SQLite's three files into the new FOLDER, as of one moment, while the bot runs."""
    from bot.app.clock import clock
    from bot.databases.backups import back_up

    with _refusals():
        made = back_up(_url(), folder, now=clock())
    click.echo(f"{folder}: {', '.join(sorted(made.files))} as of {made.made_at}.")


@db.command("restore")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
def restore_(*, folder: Path) -> None:
    """Put the backup in FOLDER where the settings name a database and none is."""
    from bot.databases.backups import restore

    with _refusals():
        made = restore(folder, _url())
    click.echo(
        f"Restored as of {made.made_at}. What GitHub says happened since is asked for again at the start."
    )


@db.command("check")
def check_() -> None:
    """Look through the database while the bot runs; the exit code is 1 where something is not well."""
    from bot.databases.checking import check

    with _refusals():
        findings = check(_url())
    for each in findings:
        click.echo(f"{'ok ' if each.is_well else 'BAD'} {each.what}: {each.says}")
    sys.exit(0 if all(each.is_well for each in findings) else _NOT_WELL)


def _url() -> str:
    from bot.config.settings import SettingsError, database_url_from_env

    try:
        return database_url_from_env(os.environ)
    except SettingsError as error:
        raise StartError(str(error)) from error


@contextmanager
def _refusals() -> Iterator[None]:
    from sqlalchemy.exc import ArgumentError, OperationalError

    from bot.databases.carrying import NotCarriedError
    from bot.storage.database import DatabaseUnusableError
    from bot.storage.inbox import InboxUnusableError

    try:
        yield
    except (NotCarriedError, DatabaseUnusableError, InboxUnusableError) as error:
        raise click.ClickException(f"{str(error).rstrip('.')}.") from error
    except (OperationalError, ArgumentError) as error:
        raise click.ClickException(
            f"The database cannot be used: {getattr(error, 'orig', None) or error}"
        ) from error

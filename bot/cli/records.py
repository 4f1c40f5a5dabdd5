"""The command line's look at what is recorded: the journal checked and exported, a decision made again."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from bot.cli.problems import StartError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from bot.audit.chain import Checked, Head, Linked
    from bot.decisions.model import RecordedDecision
    from bot.storage.database import Database

# Modules are imported inside the commands: `pilothouse diagnose` should not pay for the database.
# ruff: noqa: PLC0415

_BROKEN = 1
_HEAD = re.compile(r"(\d+)=(\d+):([0-9a-f]{64})")


@click.group()
def audit() -> None:
    """Check or export the journal of who did what."""


@audit.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), required=False)
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="ID=N:HASH",
    help="A head noted down earlier, as `/audit` and `export` tell it: that entry must still be there.",
)
def verify(*, file: Path | None, heads: tuple[str, ...]) -> None:
    """Follow every chain from its first entry: of FILE as `export` wrote it (- for standard input), or the database."""
    from bot.audit.render import render_checked

    known = dict(_head(written) for written in heads)
    checked, changed = _check_file(file, known) if file is not None else _check_database(known)
    for each in checked:
        click.echo(render_checked(each), err=each.broken is not None)
    for identifier in changed:
        click.echo(f"decision {identifier}: the journal does not have these bytes", err=True)
    if not checked:
        click.echo("There are no entries.")
    sys.exit(_BROKEN if changed or any(each.broken for each in checked) else 0)


@audit.command()
@click.option("--repository", type=int, default=None, metavar="ID", help="Only the chain of this repository.")
@click.option(
    "-o", "--output", type=click.File("w", encoding="utf-8"), default="-", help="Where to write it."
)
def export(*, repository: int | None, output: TextIO) -> None:
    """Write every entry as one line of JSON; `verify` checks the file wherever it lies."""
    from bot.audit.render import line_of
    from bot.audit.store import all_entries

    heads: dict[int, Head] = {}

    def write(connection: Connection) -> None:
        for linked in all_entries(connection, repository):
            output.write(f"{line_of(linked)}\n")
            heads[linked.entry.repository_id] = linked.head

    with _database() as database:
        asyncio.run(database.read(write))
    for repository_id, head in heads.items():
        click.echo(f"--head {repository_id}={head}", err=True)


@click.command()
@click.argument("decision", metavar="DECISION")
@click.option("--json", "as_json", is_flag=True, help="Print the recorded facts and both decisions as JSON.")
def replay(*, decision: str, as_json: bool) -> None:
    """Make a recorded decision again from its recorded facts, and compare every byte."""
    from bot.decisions.replay import Unreplayable, difference
    from bot.decisions.replay import replay as decide_again
    from bot.proposals.deciders import DECIDERS

    with _database() as database:
        row, sealed = asyncio.run(database.read(lambda connection: _found(connection, decision)))
    if row is None:
        raise click.ClickException(f"There is no decision {decision}.")
    again = decide_again(row, DECIDERS)
    now = None if isinstance(again, Unreplayable) else again.decision
    click.echo(_as_json(row, now) if as_json else _as_text(row), nl=not as_json)
    click.echo(sealed, err=as_json)
    if isinstance(again, Unreplayable):
        raise click.ClickException(f"It cannot be decided again: {again.why}.")
    same = f"Decided again from the same facts: the same, byte for byte ({len(row.decision)} bytes)."
    different = f"Decided again from the same facts: different.\n{difference(again)}"
    click.echo(same if again.is_same else different, err=as_json)
    sys.exit(0 if again.is_same else _BROKEN)


def _as_text(row: RecordedDecision) -> str:
    import msgspec

    from bot.decisions.render import render_recorded
    from bot.decisions.store import concluded

    try:
        return f"{row.repository}\n\n{render_recorded(row, concluded(row))}\n"
    except msgspec.MsgspecError as error:
        return f"{row.repository}: the recorded decision cannot be read: {error}\n"


def _as_json(row: RecordedDecision, again: str | None) -> str:
    read = {"facts": row.facts, "recorded": row.decision, "again": again or "null"}
    return "{" + ",".join(f'"{name}":{text}' for name, text in read.items()) + "}\n"


def _found(connection: Connection, identifier: str) -> tuple[RecordedDecision | None, str]:
    """The decision, and what the journal says of it."""
    from bot.decisions.store import recorded, seal_of

    row = recorded(connection, identifier)
    if row is None:
        return None, ""
    sequence = seal_of(connection, row)
    if sequence is None:
        return row, "The journal does not have these bytes: the row was changed after it was written."
    return row, f"Entry {sequence} of the journal has the same bytes."


def _head(written: str) -> tuple[int, Head]:
    from bot.audit.chain import Head

    form = _HEAD.fullmatch(written)
    if form is None:
        raise click.BadParameter(f"{written!r} is not written as ID=N:HASH", param_hint="--head")
    return int(form[1]), Head(sequence=int(form[2]), hash=form[3])


def _check_file(file: Path, known: dict[int, Head]) -> tuple[tuple[Checked, ...], tuple[str, ...]]:
    from bot.audit.chain import follow

    try:
        with click.open_file(str(file), encoding="utf-8") as lines:
            return follow(_entries(str(file), lines), known=known), ()
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file} cannot be read: {error}.") from error


def _check_database(known: dict[int, Head]) -> tuple[tuple[Checked, ...], tuple[str, ...]]:
    """The chains, and the decisions whose rows are not what the journal has."""
    from bot.audit.chain import follow
    from bot.audit.store import all_entries
    from bot.decisions.store import changed_decisions

    def check(connection: Connection) -> tuple[tuple[Checked, ...], tuple[str, ...]]:
        return follow(all_entries(connection), known=known), tuple(changed_decisions(connection))

    with _database() as database:
        return asyncio.run(database.read(check))


def _entries(name: str, lines: Iterable[str]) -> Iterator[Linked]:
    from bot.audit.render import linked_from_line

    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield linked_from_line(line)
        except ValueError as error:
            raise click.ClickException(f"{name}:{number} is no entry: {error}") from error


@contextmanager
def _database() -> Iterator[Database]:
    """The database as the settings name it; one that is not there is not made."""
    from bot.config.settings import SettingsError, database_url_from_env
    from bot.storage.database import Database, DatabaseUnusableError

    try:
        database = Database(database_url_from_env(os.environ))
        if database.url.get_backend_name() == "sqlite" and not Path(database.url.database or "").exists():
            raise StartError(f"There is no database at {database.url.database}. Set PILOTHOUSE_DATABASE_URL.")
        database.open()
    except (SettingsError, DatabaseUnusableError) as error:
        raise StartError(str(error)) from error
    try:
        yield database
    finally:
        database.close()

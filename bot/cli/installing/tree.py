"""Brings a pipeline into a folder of this machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from bot.cli.installing.errand import agree, prepare
from bot.pack.installing.looking.folder import Folder
from bot.pack.installing.looking.sources import UnusableSourceError
from bot.pack.installing.writing import write
from bot.pack.rendering.pack import About

if TYPE_CHECKING:
    from pathlib import Path

    from bot.cli.installing.errand import Errand

_ORIGIN = re.compile(r"[/:]([A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}?)(?:\.git)?/?$")
_LOGIN = "pilothouse[bot]"


async def into_folder(errand: Errand, out: Path) -> None:
    """This function will write what is new into the folder, which may be a clone or not.

    Raises:
        UnusableSourceError, and all else that `problems` names.
    """
    folder = Folder(out)
    folder.check_root()
    about = About(
        full_name=errand.full_name or _name(folder, may_ask=errand.may_ask),
        default_branch=folder.default_branch() or "main",
        bot_login=errand.login or _LOGIN,
    )
    source = Folder(errand.source) if errand.source is not None else folder
    prepared = await prepare(errand, source, folder, about)
    if not agree(errand, prepared.draft, f"Write this into {out}?"):
        return
    write(folder, prepared.draft.changes)
    count = len(prepared.draft.writes)
    click.echo(f"\n{count} files written into {out}." if count else "\nNothing is to be changed.")
    if count:
        click.echo("Commit them on a branch. Pushing workflows takes a token with the scope `workflow`.")


def _name(folder: Folder, *, may_ask: bool) -> str:
    known = _ORIGIN.search(folder.origin())
    if known is not None:
        return known[1]
    if may_ask:
        return str(click.prompt("The repository's name on GitHub, as OWNER/NAME"))
    raise UnusableSourceError(f"{folder.root} does not tell which repository it is. Say --repo OWNER/NAME.")

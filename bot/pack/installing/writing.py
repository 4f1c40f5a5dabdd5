"""Writes an installation into a folder: each file whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.pack.installing.looking.sources import UnusableSourceError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.pack.installing.looking.folder import Folder
    from bot.pack.installing.model import Change

_PROGRAM, _TEXT = 0o755, 0o644


def write(folder: Folder, changes: Iterable[Change]) -> None:
    """This function will write what changes; the record comes last, so that a run that is cut short is run again.

    Raises:
        UnusableSourceError: a file cannot be written.
    """
    ordered = sorted(
        (change for change in changes if change.fate.writes), key=lambda one: one.written is None
    )
    for change in ordered:
        place = folder.place(change.path)
        try:
            if change.after is None:
                place.unlink(missing_ok=True)
            else:
                _put(place, change.after, is_program=change.is_program)
        except OSError as error:
            raise UnusableSourceError(f"{place} cannot be written: {error.strerror}.") from error
    folder.remember([change.path for change in ordered if change.after is not None])


def _put(place: Path, content: bytes, *, is_program: bool) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    new = place.with_name(f".{place.name}.pilothouse")
    new.unlink(missing_ok=True)  # of a run that was cut short, or a trap
    with new.open("xb") as stream:
        stream.write(content)
    new.chmod(_PROGRAM if is_program else _TEXT)
    new.replace(place)

"""Repositories as `pilothouse init` meets them, from tests/data/layouts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from bot.pack.detecting import manifest_names
from bot.pack.model import Layout

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER = Path(__file__).parent.parent / "data" / "layouts"
_FILE = re.compile(r"^-- (.+) --\n", re.MULTILINE)
NAMES = tuple(sorted(path.stem for path in _FOLDER.glob("*.txt")))


def files_of(name: str) -> dict[str, bytes]:
    """This function will return the files of a repository by path."""
    _, *parts = _FILE.split((_FOLDER / f"{name}.txt").read_text())
    return {path: text.encode() for path, text in zip(parts[::2], parts[1::2], strict=True)}


def layout_of(files: Mapping[str, bytes]) -> Layout:
    """This function will describe files as `detect` takes them."""
    names = manifest_names()
    manifests = {path: content for path, content in files.items() if path.rpartition("/")[2] in names}
    return Layout(paths=frozenset(files), manifests=manifests)


def layout(name: str) -> Layout:
    """This function will return a repository as `detect` takes it."""
    return layout_of(files_of(name))


def write_layout(name: str, folder: Path) -> None:
    """This function will write the files of a repository into a folder."""
    for path, content in files_of(name).items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

"""Finds files by the patterns that actions take, one a line, `!` taking out."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.support.actions.stand_in import Call


def places(call: Call, patterns: str) -> list[Path]:
    """This function will return what stands at each pattern, `~` being the job's home."""
    found: list[Path] = []
    for line in filter(None, map(str.strip, patterns.splitlines())):
        out, pattern = line.startswith("!"), line.removeprefix("!")
        if pattern.startswith("~/"):
            pattern = f"{call.job.places.home}/{pattern[2:]}"
        whole = str(call.job.places.workspace / pattern)
        hits = glob.glob(whole, recursive=True, include_hidden=True)  # noqa: PTH207 - patterns may be absolute
        named = {Path(os.path.normpath(hit)) for hit in hits}
        if out:
            found = [one for one in found if one not in named and named.isdisjoint(one.parents)]
        else:
            found += sorted(named - set(found))
    return found


def files_below(paths: Iterable[Path], *, hidden: bool = True) -> list[Path]:
    """This function will return every file at or below the paths."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            below = file.relative_to(path).parts if path.is_dir() else (file.name,)
            if file.is_file() and (hidden or not any(part.startswith(".") for part in below)):
                found[file] = None
    return list(found)

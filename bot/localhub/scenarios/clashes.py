"""Changes of the demo that are green alone and red together: one renames a function, the other calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TIDES = "planner/src/tides.rs"
_DEFINITION, _CALL = b"pub fn height(", b"tides::height("


def clash(files: Mapping[str, bytes]) -> bool:
    """This function will say whether a tree calls the function that it does not have any more."""
    if TIDES not in files or _DEFINITION in files[TIDES]:
        return False
    return any(_CALL in content for content in files.values())

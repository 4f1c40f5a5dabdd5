"""Reads what a fixer changed from the work tree on its host into the bot, where it is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.supervision.fixing.working.packing import read_packed, read_sizes
from bot.supervision.hosts.files import read_file
from bot.supervision.hosts.model import Unknown

if TYPE_CHECKING:
    from bot.supervision.fixing.bench import Bench
    from bot.supervision.fixing.model import Patch

_MOST_FILE = 1024 * 1024  # bytes of a file that is read whole
_MOST_PATCH = 16 * 1024 * 1024  # bytes of all that is read
_TORN = "what was changed could not be read whole"


async def read_patch(bench: Bench) -> Patch | Unknown:
    """This function will read what differs from the commit that a try began with, as it was when its fixer had ended.

    What the check alone leaves behind is none of the fixer's doing, and is not told.
    """
    told = await bench.ask_git("patch", bench.place, bench.base_sha, str(_MOST_FILE))
    sizes = read_sizes(told)
    if isinstance(sizes, Unknown):
        return sizes
    if sizes.total > _MOST_PATCH:
        return Unknown(why=f"what was changed is {sizes.total} bytes to read, and {_MOST_PATCH} are the most")
    packed = await read_file(bench.host, f"{bench.place}/patch/all", _MOST_PATCH) if sizes.total else b""
    if isinstance(packed, Unknown):
        return packed
    found = read_packed(packed, sizes) if packed is not None and len(packed) == sizes.total else _TORN
    return Unknown(why=found) if isinstance(found, str) else found

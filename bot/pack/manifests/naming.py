"""Names what was found: short, as a policy takes it, each once."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bot.pack.manifests.places import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST = re.compile(r"([A-Za-z0-9]+)[-_](?=[A-Za-z0-9])")
_NO_NAME = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST = 60  # of the 64 that a job may have, with room for a number


def job_name(text: str) -> str:
    """This function will make the name of a job of any text: `@acme/web` becomes `acme-web`."""
    found = _NO_NAME.sub("-", text).strip("-")[:_LONGEST].strip("-")
    return found if found and (found[0].isalpha() or found[0] == "_") else f"_{found}"


def project_name(folder: str, root: str) -> str:
    """This function will name a project by its folder, or as said where it is the repository's root."""
    name = root if folder == ROOT else folder.rpartition("/")[2]
    return job_name(name).strip("_") or root


def unique(name: str, taken: set[str]) -> str:
    """This function will return the name, or with the first number that makes it one of its own, and take it."""
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{name}-{number}"
    taken.add(found.casefold())
    return found


def short_names(names: Sequence[str]) -> dict[str, str]:
    """This function will shorten names by the word that most begin with: `acme-meta`, `acme-fuse` to `meta`, `fuse`."""
    first = Counter(found[1] for name in names if (found := _FIRST.match(name)))
    word, times = first.most_common(1)[0] if first else ("", 0)
    is_shared = times > 1 and times * 2 >= len(names)
    return {name: name[len(word) + 1 :] if is_shared and _begins(name, word) else name for name in names}


def _begins(name: str, word: str) -> bool:
    return name.startswith((f"{word}-", f"{word}_"))

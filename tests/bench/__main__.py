"""Every benchmark in turn: `python -m tests.bench [--short] [--write] [NAME…]`; fails when a goal is missed.

`--deliveries=N` makes the day of `scale` shorter or longer than its hundred thousand.
"""

from __future__ import annotations

import importlib
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.figures import show
from tests.bench.installed import problem
from tests.bench.page import PAGE, written

if TYPE_CHECKING:
    from tests.bench.figures import Figure

_DELIVERIES = "--deliveries="
_COMPILED = Path(__file__).parents[2] / ".venv/compiled"
# What each asks; the module of its name answers it.
BENCHES: dict[str, str] = {
    "start": "How soon does it live?",
    "memory": "What does it hold in memory?",
    "wakeup": "How long from a comment to the first call about it?",
    "accept": "How many deliveries a second does it acknowledge?",
    "burst": "What if everybody commands at once?",
    "peer": "What if everybody commands Probot at once?",
    "noisy": "What if one installation commands all the time?",
    "scale": "How does a day of a thousand repositories go?",
    "million": "What if a million runs have ended before?",
    "pages": "How soon does a page of the dashboard come?",
    "calls": "How many API calls does a story take?",
    "costs": "What does a look at the costs take?",
    "diagnosis": "How fast is a log read?",
    "hostile": "How fast is a log read that means harm?",
    "supervision": "What does a look at the agents take?",
    "train": "How many CI runs does a merge train save?",
}


def main(arguments: list[str]) -> int:
    """This function will run the benchmarks named, or all, and give the exit code."""
    # As where the product is installed: its own modules are compiled once, whatever this shell says.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(_COMPILED)
    short, writes = "--short" in arguments, "--write" in arguments
    if not short and (missing := problem()):
        sys.stderr.write(f"{missing}\n")
        return 2
    chosen = [name for name in arguments if not name.startswith("-")] or list(BENCHES)
    taken, all_met = {}, True
    for name in chosen:
        load = os.getloadavg()[0]
        taken[name] = _measured(name, arguments)
        all_met = show(name, taken[name]) and all_met
        if writes and not short:  # at once: a later one that breaks shall not take this one with it
            page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
            size = _size(name, arguments)
            told = written(page, {name: taken[name]}, BENCHES, load=load, size=size)
            PAGE.write_text(told, encoding="utf-8")
    return 0 if all_met else 1


def _measured(name: str, arguments: list[str]) -> list[Figure]:
    """Only what is measured is loaded: some load half a cloud."""
    measure = importlib.import_module(f"tests.bench.bench_{name}").measure
    if size := _size(name, arguments):
        measure = partial(measure, deliveries=int(size.removeprefix(_DELIVERIES)))
    figures: list[Figure] = measure(short="--short" in arguments)
    return figures


def _size(name: str, arguments: list[str]) -> str:
    """The option that makes this benchmark smaller or larger than usual; empty where there is none."""
    sizes = [each for each in arguments if each.startswith(_DELIVERIES)] if name == "scale" else []
    return sizes[-1] if sizes else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

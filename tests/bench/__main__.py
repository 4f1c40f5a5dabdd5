"""Every benchmark in turn: `python -m tests.bench [--short] [--write] [NAME…]`; fails when a goal is missed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.bench import (
    bench_accept,
    bench_burst,
    bench_calls,
    bench_costs,
    bench_diagnosis,
    bench_hostile,
    bench_memory,
    bench_million,
    bench_noisy,
    bench_pages,
    bench_peer,
    bench_scale,
    bench_start,
    bench_supervision,
    bench_train,
    bench_wakeup,
)
from tests.bench.figures import show
from tests.bench.page import PAGE, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.figures import Figure

# What each asks, and what answers it.
BENCHES: dict[str, tuple[str, Callable[..., list[Figure]]]] = {
    "start": ("How soon does it live?", bench_start.measure),
    "memory": ("What does it hold in memory?", bench_memory.measure),
    "wakeup": ("How long from a comment to the first call about it?", bench_wakeup.measure),
    "accept": ("How many deliveries a second does it acknowledge?", bench_accept.measure),
    "burst": ("What if everybody commands at once?", bench_burst.measure),
    "peer": ("What if everybody commands Probot at once?", bench_peer.measure),
    "noisy": ("What if one installation commands all the time?", bench_noisy.measure),
    "scale": ("How does a day of a thousand repositories go?", bench_scale.measure),
    "million": ("What if a million runs have ended before?", bench_million.measure),
    "pages": ("How soon does a page of the dashboard come?", bench_pages.measure),
    "calls": ("How many API calls does a story take?", bench_calls.measure),
    "costs": ("What does a look at the costs take?", bench_costs.measure),
    "diagnosis": ("How fast is a log read?", bench_diagnosis.measure),
    "hostile": ("How fast is a log read that means harm?", bench_hostile.measure),
    "supervision": ("What does a look at the agents take?", bench_supervision.measure),
    "train": ("How many CI runs does a merge train save?", bench_train.measure),
}


def main(arguments: list[str]) -> int:
    """This function will run the benchmarks named, or all, and give the exit code."""
    short, writes = "--short" in arguments, "--write" in arguments
    chosen = [name for name in arguments if not name.startswith("-")] or list(BENCHES)
    taken, all_met = {}, True
    for name in chosen:
        taken[name] = BENCHES[name][1](short=short)
        all_met = show(name, taken[name]) and all_met
        if writes and not short:  # at once: a later one that breaks shall not take this one with it
            page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
            titles = {each: title for each, (title, _) in BENCHES.items()}
            PAGE.write_text(written(page, {name: taken[name]}, titles), encoding="utf-8")
    return 0 if all_met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

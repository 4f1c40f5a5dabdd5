"""Every benchmark in turn: `python -m tests.bench [--short] [NAME…]`; fails when a goal is missed."""

from __future__ import annotations

import sys

from tests.bench import (
    bench_accept,
    bench_burst,
    bench_calls,
    bench_costs,
    bench_diagnosis,
    bench_hostile,
    bench_memory,
    bench_start,
    bench_supervision,
    bench_train,
    bench_wakeup,
)
from tests.bench.figures import show

BENCHES = {
    "start": bench_start.measure,
    "memory": bench_memory.measure,
    "wakeup": bench_wakeup.measure,
    "accept": bench_accept.measure,
    "burst": bench_burst.measure,
    "calls": bench_calls.measure,
    "costs": bench_costs.measure,
    "diagnosis": bench_diagnosis.measure,
    "hostile": bench_hostile.measure,
    "supervision": bench_supervision.measure,
    "train": bench_train.measure,
}


def main(arguments: list[str]) -> int:
    """This function will run the benchmarks named, or all, and give the exit code."""
    short = "--short" in arguments
    chosen = [name for name in arguments if not name.startswith("-")] or list(BENCHES)
    met = [show(name, BENCHES[name](short=short)) for name in chosen]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How fast a long log is diagnosed beside `grep -E` on the same file, and how much memory that takes."""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bot.diagnosis.log.search import WORDS
from bot.diagnosis.reader import load_parsers
from tests.bench.figures import Figure
from tests.support.samples import SAMPLES

ROUNDS = 3
_MEGABYTE = 1_000_000
_STAMP = "2026-03-02T09:14:05.1234567Z "
_QUIET = (
    "   Compiling boat-{0} v1.{0}.0 (/home/runner/work/boat/boat/crates/boat-{0})",
    "     Running `rustc --crate-name boat_{0} --edition=2021 src/lib.rs --crate-type lib --emit=dep-info,link`",
    "test hull::tests::floats_{0} ... ok",
    "Downloaded mast-{0} v0.{0}.1 in 0.{0}s",
    "    Fresh sails v{0}.4.2",
)
_FAILING = SAMPLES / "cargo_test" / "rust-test-slab.log"
_HARMLESS = "   Compiling thiserror-impl v1.0.{0}"
_EVERY = 30  # times the quiet lines between two harmless words, as in a real build
# The child's own CPU time and peak, so that neither starting Python nor what else the machine does counts.
_CHILD = """
import io, json, sys, time
from bot.diagnosis.reader import load_parsers
from bot.diagnosis.report import diagnose_stream
from bot.diagnosis.log import search
if sys.argv[2] == "literals":
    search.re2 = None
load_parsers()
diagnose_stream(io.BytesIO(open(sys.argv[3], "rb").read()))  # a worker has read a log before
begin = time.process_time()
with open(sys.argv[1], "rb") as stream:
    diagnosis = diagnose_stream(stream)
took = time.process_time() - begin
# Not ru_maxrss: that of a child begins with what its parent had when it forked.
status = open("/proc/self/status").read()
peak = int(status.split("VmHWM:")[1].split()[0]) / 1000
print(json.dumps({"took": took, "peak": peak, "failures": len(diagnosis.failures), "fast": search.re2 is not None}))
"""


def measure(*, short: bool) -> list[Figure]:
    """This function will measure reading synthetic logs of 100 MB and 500 MB, or of 60 MB where it shall be short."""
    return [figure for size in ((60,) if short else (100, 500)) for figure in _measure(size)]


def _measure(size: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.log"
        megabytes = _write(path, size)
        # In turns, and the best of each: the machine may be busy with something else.
        rounds = [(_grep(path), _diagnose(path, "best"), _diagnose(path, "literals")) for _ in range(ROUNDS)]
        grep = min((took for took, _, _ in rounds if took is not None), default=None)
        best = min((one for _, one, _ in rounds), key=lambda one: one["took"])
        literals = min((one for _, _, one in rounds), key=lambda one: one["took"])
    floor = "" if grep is None else f"grep -E {megabytes / grep:,.0f} MB/s, {grep / best['took']:.2f} times"
    search = "google-re2" if best["fast"] else "literals, google-re2 is not installed"
    return [
        Figure(
            name=f"diagnosis of {size} MB ({search})",
            value=megabytes / best["took"],
            unit="MB/s",
            floor=floor,
            goal="≥ 0.5 times grep -E",
            met=None if grep is None or not best["fast"] else grep / best["took"] >= 0.5,
        ),
        Figure(
            name=f"diagnosis of {size} MB (literals)",
            value=megabytes / literals["took"],
            unit="MB/s",
            goal="≥ 40 MB/s",
            met=megabytes / literals["took"] >= 40,
        ),
        Figure(
            name=f"peak memory on {size} MB",
            value=max(best["peak"], literals["peak"]),
            unit="MB",
            goal="≤ 100 MB",
            met=max(best["peak"], literals["peak"]) <= 100,
        ),
        Figure(
            name="failures found in it",
            value=best["failures"],
            unit="",
            goal="3",
            met=best["failures"] == literals["failures"] == 3,
        ),
    ]


def _write(path: Path, megabytes: int) -> float:
    """A log of quiet lines, a harmless word of error among them, with one failed test program after three quarters."""
    kinds = [*_QUIET * _EVERY, _HARMLESS]
    quiet = "".join(f"{_STAMP}{kinds[n % len(kinds)].format(n)}\n" for n in range(12_000)).encode()
    times = max(4, megabytes * _MEGABYTE // len(quiet))
    failing = _FAILING.read_bytes()
    with path.open("wb") as log:
        for number in range(times):
            if number == times * 3 // 4:
                log.write(failing)
            log.write(quiet)
    return path.stat().st_size / _MEGABYTE


def _grep(path: Path) -> float | None:
    """CPU seconds that grep takes to count the lines with what we look for too, or None where there is no grep."""
    program = shutil.which("grep")
    if program is None:
        return None
    signs = {sign.lower() for parser in load_parsers() for sign in parser.landmarks}
    pattern = "|".join(re.sub(r"[][\\.*^$+?(){}|]", r"[\g<0>]", sign) for sign in sorted(signs | set(WORDS)))
    pattern = pattern.replace("[[]", "\\[").replace("[^]", "\\^").replace("[\\]", "\\\\")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([program, "-i", "-c", "-E", pattern, str(path)], check=False, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _diagnose(path: Path, search: str) -> dict[str, float]:
    said = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path), search, str(_FAILING)],
        check=True,
        capture_output=True,
        text=True,
    )
    measured: dict[str, float] = json.loads(said.stdout)
    return measured

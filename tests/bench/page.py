"""docs/performance.md: what the benchmarks measured, each with a section of its own that a run of it writes anew."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path
from typing import TYPE_CHECKING

from bot.markdown import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.bench.figures import Figure

PAGE = Path(__file__).parents[2] / "docs/performance.md"

_HEAD = """\
# Performance

Written by `make bench` from what it measured: each figure stands beside a floor or a peer that was measured in the same
run, so read the ratios; the figures are this machine's. `python -m tests.bench --write NAME…` measures and writes some
sections anew, `--short` only shows that a benchmark runs. A goal that was missed says so here, too.

Probot is the peer: version and hashes are in `scripts/probot/package-lock.json`, its app in `scripts/probot/peer.mjs`.
It runs in production mode, without logs and with its throttling switched off (as shipped it waits a second between
writes). What Probot handles it has done when it answers, and forgets when it is killed before that; what Pilothouse
acknowledges is on the disk.
"""
_MACHINE = re.compile(r"^Measured on .*$", re.MULTILINE)


def written(
    page: str,
    taken: Mapping[str, Sequence[Figure]],
    titles: Mapping[str, str],
    *,
    load: float,
    size: str = "",
) -> str:
    """This function will return the page with the sections of what was measured made anew.

    Args:
        page: as it stands; "" where there is none.
        taken: the figures by benchmark.
        titles: every benchmark with what it asks, in the order of the sections.
        load: the machine's load average before it was measured: beside other work every time is longer.
        size: the option that made it smaller or larger than usual.
    """
    kept = {name: _section(page, name) for name in titles}
    made = {
        name: _made(f"{name} {size}".rstrip(), titles[name], taken[name], load)
        if name in taken
        else kept[name]
        for name in titles
    }
    machine = _MACHINE.search(page)
    line = _machine() if taken or machine is None else machine.group()
    return (
        "\n".join([_HEAD, f"{line}\n", *(f"{section}\n" for section in made.values() if section)]).rstrip()
        + "\n"
    )


def sections(page: str) -> list[str]:
    """This function will list the benchmarks that have a section."""
    return re.findall(r"^<!-- bench (\w+) -->$", page, re.MULTILINE)


def _section(page: str, name: str) -> str:
    found = re.search(rf"^<!-- bench {name} -->\n.*?(?=^<!-- bench |\Z)", page, re.MULTILINE | re.DOTALL)
    return found.group().rstrip() if found else ""


def _made(asked: str, title: str, figures: Iterable[Figure], load: float) -> str:
    rows = [
        (figure.name, f"{figure.told} {figure.unit}".strip(), figure.floor, figure.goal, figure.verdict)
        for figure in figures
    ]
    told = table(("measured", "value", "beside", "goal", ""), rows)
    how = f"`python -m tests.bench {asked}`, at a load average of {load:.0f} before it"
    return f"<!-- bench {asked.partition(' ')[0]} -->\n## {title}\n\n{how}\n\n{told.rstrip()}"


def _machine() -> str:
    model = re.search(r"^model name\s*: (.*)$", _cpuinfo(), re.MULTILINE)
    processor = " ".join((model.group(1) if model else platform.machine()).split())
    python = f"{platform.system()}, Python {platform.python_version()}"
    return f"Measured on {os.cpu_count()} cores of {processor}, {python}."


def _cpuinfo() -> str:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8") if path.exists() else ""

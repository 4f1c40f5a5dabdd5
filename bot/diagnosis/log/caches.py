"""Reads off a log how often caches had what was asked of them: of GitHub Actions, of compilers, of build tools."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.diagnosis.model import CacheUse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.diagnosis.log.logs import Log

# Where none of these stands no cache is told of; in long logs the lines around them are kept.
SIGNS = (
    "Cache hit for",  # actions/toolkit, packages/cache
    "Cache restored",
    "Cache found and can be restored",
    "Cache not found for input keys",  # actions/cache
    "cache is not found",  # actions/setup-node, setup-python, setup-java, setup-go, setup-dotnet
    'cache key "',  # Swatinem/rust-cache
    "No cache found.",
    "Cache hits rate",  # sccache --show-stats
    "Cacheable calls:",  # ccache --show-stats
    " remote cache hit",  # Bazel
    " disk cache hit",
    " actionable tasks:",  # Gradle
    "Nx read the output from the cache",  # Nx
    "Cached:    ",  # Turborepo
)


_KIND = re.compile(r"\b(\d{1,9}) ([a-z][a-z -]*[a-z])")
_GRADLE_KIND = re.compile(r"\b(\d{1,9}) (executed|from cache)")
_MOST = 1_000_000_000  # whatever a log claims: a database's number ends


class _Ratio(NamedTuple):
    """A statistic that a tool prints as one line: how many were found, of how many."""

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], CacheUse]


def _of_all(found: re.Match[str]) -> CacheUse:
    hits, total = int(found["hits"]), int(found["all"])
    return CacheUse(hits=min(hits, total), misses=max(0, total - hits))


def _bazel(found: re.Match[str]) -> CacheUse:
    """Of the processes that Bazel counts, the internal ones are never cached."""
    counts = {kind: int(number) for number, kind in _KIND.findall(found["kinds"])}
    hits = sum(number for kind, number in counts.items() if kind.endswith("cache hit"))
    ran = sum(counts.values()) - hits - counts.get("internal", 0)
    return CacheUse(hits=hits, misses=max(0, ran))


def _gradle(found: re.Match[str]) -> CacheUse:
    """What was up to date was asked of no cache."""
    counts = {kind: int(number) for number, kind in _GRADLE_KIND.findall(found["kinds"])}
    return CacheUse(hits=counts.get("from cache", 0), misses=counts.get("executed", 0))


_RATIOS = (
    _Ratio(
        re.compile(r"^\s*Cached:\s+(?P<hits>\d{1,9}) cached, (?P<all>\d{1,9}) total\s*$"), _of_all
    ),  # Turborepo
    _Ratio(
        re.compile(
            r"^\s*Nx read the output from the cache .* for (?P<hits>\d{1,9}) out of (?P<all>\d{1,9}) tasks?"
        ),
        _of_all,
    ),
    _Ratio(re.compile(r"^(?:INFO: )?\d{1,9} process(?:es)?: (?P<kinds>.*\bcache hit\b.*)\.?$"), _bazel),
    _Ratio(
        re.compile(r"^\d{1,9} actionable tasks?: (?P<kinds>.*\bfrom cache\b.*)$"), _gradle
    ),  # org.gradle.internal.buildevents.TaskExecutionStatisticsReporter
)
# https://ccache.dev/manual/latest.html: "  Hits:  57 / 685 ( 8.32%)" right below the calls that can be cached.
_CCACHE_CALLS = re.compile(r"^\s*Cacheable calls:\s+\d")
_CCACHE_HITS = re.compile(r"^\s*Hits:\s+(\d{1,9})\b")
_CCACHE_MISSES = re.compile(r"^\s*Misses:\s+(\d{1,9})\b")
_SCCACHE = re.compile(r"^Cache (hits|misses)\s+(\d{1,9})$")
_NOT_FOUND = re.compile(
    r"^Cache not found for input keys: |^(?:[\w.-]+ )?[Cc]ache is not found\.?$|^No cache found\.$"
)
_RESTORED = re.compile(
    r"^Cache restored from key: |^Cache found and can be restored from key: |"
    r"^(?:Restored from|Found) cache key \".*\" full match: "
)
# The same restoring as the library below the action says it; an action of its own may say nothing more.
_LIBRARY = (re.compile(r"^Cache hit for(?: restore-key)?: "), re.compile(r"^Cache restored successfully$"))
_TELLS = re.compile(r"ache|Hits:|Misses:")  # no other line is worth more than this look
_NEAR = 4  # telling lines of ccache's table that are looked through


def cache_use(log: Log) -> CacheUse | None:
    """This function will add up what the log tells of caches; None where it tells of none."""
    lines = [line.text for line in log.lines if line.command in {"", "warning"} and _TELLS.search(line.text)]
    uses = [*_restored(lines), *_ratios(lines), *_ccache(lines), *_sccache(lines)]
    if not uses:
        return None
    hits, misses = sum(use.hits for use in uses), sum(use.misses for use in uses)
    return CacheUse(hits=min(hits, _MOST), misses=min(misses, _MOST))


def _restored(lines: list[str]) -> Iterable[CacheUse]:
    """Caches of GitHub Actions, each counted once though up to three lines tell of it."""
    hits = max(_count(pattern, lines) for pattern in (_RESTORED, *_LIBRARY))
    misses = _count(_NOT_FOUND, lines)
    return (CacheUse(hits=hits, misses=misses),) if hits or misses else ()


def _count(pattern: re.Pattern[str], lines: list[str]) -> int:
    return sum(1 for line in lines if pattern.search(line))


def _ratios(lines: list[str]) -> Iterable[CacheUse]:
    for line in lines:
        for ratio in _RATIOS:
            if found := ratio.pattern.search(line):
                yield ratio.read(found)


def _ccache(lines: list[str]) -> Iterable[CacheUse]:
    """The last table that ccache printed: the ones before are part of its sums."""
    begins = [index for index, line in enumerate(lines) if _CCACHE_CALLS.match(line)]
    for begin in begins[-1:]:
        table = lines[begin : begin + _NEAR]
        hits = next((int(found[1]) for line in table if (found := _CCACHE_HITS.match(line))), None)
        misses = next((int(found[1]) for line in table if (found := _CCACHE_MISSES.match(line))), None)
        if hits is not None and misses is not None:
            yield CacheUse(hits=hits, misses=misses)


def _sccache(lines: list[str]) -> Iterable[CacheUse]:
    """The last numbers that sccache printed, which are sums too."""
    counts = {found[1]: int(found[2]) for line in lines if (found := _SCCACHE.match(line))}
    if len(counts) > 1:
        yield CacheUse(hits=counts["hits"], misses=counts["misses"])

from __future__ import annotations

import pytest

from bot.diagnosis.log.caches import SIGNS, cache_use
from bot.diagnosis.log.logs import Line, Log
from bot.diagnosis.model import CacheUse

STAMP = "2026-03-01T12:00:00.0000000Z "


def use(*texts: str) -> CacheUse | None:
    return cache_use(Log(lines=tuple(Line(number, text) for number, text in enumerate(texts, 1))))


RESTORED = (
    "Cache hit for: linux-cargo-1f2e",
    "Cache restored successfully",
    "Cache restored from key: linux-cargo-1f2e",
)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (RESTORED, CacheUse(hits=1)),
        (("Cache hit for restore-key: linux-cargo-", *RESTORED[1:]), CacheUse(hits=1)),
        (("Cache found and can be restored from key: linux-cargo-1f2e",), CacheUse(hits=1)),
        (RESTORED[:1], CacheUse(hits=1)),
        (RESTORED[1:2], CacheUse(hits=1)),
        ((*RESTORED, "Cache not found for input keys: linux-npm-9, linux-npm-"), CacheUse(hits=1, misses=1)),
        (("npm cache is not found",), CacheUse(misses=1)),
        (("Cache is not found",), CacheUse(misses=1)),
        (("No cache found.",), CacheUse(misses=1)),
        (('Restored from cache key "v0-rust-test-1-2" full match: true.',), CacheUse(hits=1)),
        (('Found cache key "v0-rust-test-1-2" full match: false.',), CacheUse(hits=1)),
        (
            ("Compile requests  907", "Cache hits  120", "Cache hits (Rust)  120", "Cache misses  7",
             "Cache hits rate  94.49 %"),
            CacheUse(hits=120, misses=7),
        ),
        (("Cache hits  1",), None),
        (
            ("Cacheable calls:    685 / 2133 (32.11%)", "  Hits:              57 /  685 ( 8.32%)",
             "    Direct:           0 /   57 ( 0.00%)", "  Misses:           628 /  685 (91.68%)"),
            CacheUse(hits=57, misses=628),
        ),
        (("Cacheable calls:   16 /  16 (100.0%)", "  Hits:    0", "  Misses:   16"), CacheUse(misses=16)),
        (
            ("Cacheable calls:  1 / 1", "  Hits:  0 / 1", "  Misses:  1 / 1",
             "Cacheable calls:  9 / 9", "  Hits:  8 / 9", "  Misses:  1 / 9"),
            CacheUse(hits=8, misses=1),
        ),
        (("Cacheable calls:    685 / 2133 (32.11%)",), None),
        (("INFO: 217 processes: 216 remote cache hit, 1 local.",), CacheUse(hits=216, misses=1)),
        (("INFO: 3 processes: 1 disk cache hit, 1 internal, 1 linux-sandbox.",), CacheUse(hits=1, misses=1)),
        (("INFO: 9 processes: 4658 action cache hit, 3 remote cache hit, 6 internal.",), CacheUse(hits=4661)),
        (("INFO: 3 processes: 1 internal, 2 linux-sandbox.",), None),
        (("3 actionable tasks: 2 executed, 1 from cache",), CacheUse(hits=1, misses=2)),
        (("7 actionable tasks: 1 from cache, 6 up-to-date",), CacheUse(hits=1)),
        (("5 actionable tasks: 5 executed",), None),
        (
            ("   Nx read the output from the cache instead of running the command for 25 out of 27 tasks.",),
            CacheUse(hits=25, misses=2),
        ),
        ((" Tasks:    4 successful, 4 total", "Cached:    3 cached, 4 total"), CacheUse(hits=3, misses=1)),
        (("Cached:    9 cached, 4 total",), CacheUse(hits=4)),
        (("error: could not compile",), None),
        ((), None),
    ],
)  # fmt: skip
def test_what_a_log_tells_of_caches(texts: tuple[str, ...], expected: CacheUse | None) -> None:
    assert use(*texts) == expected


def test_a_script_that_only_mentions_a_cache_is_not_counted() -> None:
    """The runner prints each step's script before it runs."""
    lines = (Line(1, "Cache not found for input keys: x", command="script"),)

    assert cache_use(Log(lines=lines)) is None


def test_every_counted_line_has_a_sign_by_which_a_long_log_keeps_it() -> None:
    counted = (
        *RESTORED, "Cache found and can be restored from key: k", "Cache not found for input keys: k",
        "npm cache is not found", "No cache found.", 'Restored from cache key "k" full match: true.',
        "Cache hits rate  1 %", "Cacheable calls:  1 / 2", "INFO: 2 processes: 1 remote cache hit, 1 local.",
        "INFO: 2 processes: 1 disk cache hit, 1 local.", "3 actionable tasks: 2 executed, 1 from cache",
        "Nx read the output from the cache instead of running the command for 1 out of 2 tasks.",
        "Cached:    3 cached, 4 total",
    )  # fmt: skip

    assert [line for line in counted if not any(sign.lower() in line.lower() for sign in SIGNS)] == []


@pytest.mark.parametrize(
    "line",
    [
        f"Cached:    {'9' * 3000} cached, {'9' * 3000} total",
        f"INFO: 2 processes: {'1' * 3900} remote cache hit, 1 local.",
        f"2 processes: cache hit {'1 ' * 1900}",
        f"3 actionable tasks: {'7' * 3000} from cache",
    ],
)
def test_a_log_may_claim_what_it_likes(line: str) -> None:
    """Numbers that no database holds, and lines made to be slow to read."""
    told = use(*([line] * 2_000))

    assert told is None or told.hits + told.misses <= 2_000_000_000


def test_numbers_end_where_a_database_does() -> None:
    told = use(*(["Cached:    999999999 cached, 999999999 total"] * 9))

    assert told == CacheUse(hits=1_000_000_000)

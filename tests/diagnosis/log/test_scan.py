from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.log import scan, search
from bot.diagnosis.log.scan import (
    AFTER,
    BEFORE,
    LONGEST,
    STRONG_BUDGET,
    WEAK_BUDGET,
    WINDOW,
    Scanner,
)

if TYPE_CHECKING:
    from bot.diagnosis.log.regions import Region

SIGN = "panicked at"
QUIET = b"2026-01-01T00:00:00.0000000Z   Compiling boat v1.0.0 (hull, mast, sails and a long way home)\n"
BOTH = pytest.mark.parametrize("fast", [True, False], ids=["google-re2", "literals"])


def scanned(*chunks: bytes, fast: bool = True) -> tuple[tuple[Region, ...], int]:
    scanner = Scanner((SIGN,), fast=fast)
    for chunk in chunks:
        scanner.feed(chunk)
    return scanner.finish()


def lines_of(regions: tuple[Region, ...]) -> dict[int, bytes]:
    return {
        region.first + offset: line
        for region in regions
        for offset, line in enumerate(region.data.removesuffix(b"\n").split(b"\n"))
    }


@given(st.lists(st.binary(max_size=40)))
def test_a_short_log_is_kept_whole_however_it_is_cut(chunks: list[bytes]) -> None:
    text = b"".join(chunks).decode("latin-1")
    wanted = [line.encode("latin-1") for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]

    regions, total = scanned(*chunks)

    if wanted[-1] == b"":
        wanted.pop()
    assert total == len(wanted)
    kept = lines_of(regions) if total else {}
    assert [line.replace(b"\x00", b"") for line in kept.values()] == [
        line.replace(b"\x00", b"") for line in wanted
    ]


@BOTH
def test_of_a_long_log_the_lines_around_a_sign_are_kept(fast: bool) -> None:  # noqa: FBT001 - a parametrized fact
    before, after = 40_000, 60_000
    hit = b"thread 'main' panicked at src/hull.rs:1:2\n"

    regions, total = scanned(QUIET * before + hit + QUIET * after, fast=fast)

    kept = lines_of(regions)
    assert total == before + 1 + after
    assert kept[before + 1] == hit.strip()
    assert set(range(before + 1 - BEFORE, before + 2 + AFTER)) <= kept.keys()
    assert before - BEFORE * 3 not in kept
    assert {1, total} <= kept.keys()


@BOTH
@pytest.mark.parametrize("shift", [-60, -3, -1, 0, 1, 3, 60])
def test_a_sign_near_the_end_of_a_window_keeps_its_neighbours(fast: bool, shift: int) -> None:  # noqa: FBT001 - as above
    per_window = WINDOW // len(QUIET)
    before = 3 * per_window + shift

    regions, total = scanned(QUIET * before + b"panicked at sea\n" + QUIET * (2 * per_window), fast=fast)

    kept = lines_of(regions)
    assert kept[before + 1] == b"panicked at sea"
    assert set(range(before + 1 - BEFORE, before + 2 + AFTER)) <= kept.keys()
    assert total == before + 1 + 2 * per_window


def test_memory_does_not_grow_with_the_number_of_signs() -> None:
    noisy = b"error: panicked at sea, with a rather long line to fill the hold\n" * 20_000
    scanner = Scanner((SIGN,))
    for _ in range(40):
        scanner.feed(noisy)

    regions, total = scanner.finish()

    assert total == 800_000
    assert (
        sum(len(region.data) for region in regions)
        <= 2 * (STRONG_BUDGET + WEAK_BUDGET + scan.HEADERS_BUDGET) + 6 * scan.EDGE
    )
    assert {1, total} <= lines_of(regions).keys()


def test_a_sign_outlives_any_number_of_error_words() -> None:
    """Lines with mere words of error have a budget of their own."""
    words = b"error: no wind, the log says it again and again and again\n" * 30_000

    regions, _ = scanned(words, words, b"panicked at sea\n", words, words)

    assert b"panicked at sea" in lines_of(regions).values()


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_line_longer_than_a_window_is_cut_and_counted_once(end: bytes) -> None:
    long = b"x" * (3 * WINDOW + 17)

    regions, total = scanned(b"first\n", long, end + b"last\n", QUIET)

    kept = lines_of(regions)
    assert total == 4
    assert kept[1] == b"first"
    assert len(kept[2]) <= LONGEST
    assert kept[3] == b"last"


def test_what_follows_a_line_too_long_is_scanned() -> None:
    regions, total = scanned(b"x" * (2 * WINDOW + 7), b"xx\npanicked at sea\n" + QUIET * 30_000)

    assert total == 30_002
    assert lines_of(regions)[2] == b"panicked at sea"


def test_a_log_that_ends_within_a_line_too_long_is_counted() -> None:
    regions, total = scanned(b"y" * (2 * WINDOW + 5))

    assert total == 1
    assert len(lines_of(regions)[1]) <= LONGEST


def test_progress_lines_without_any_line_feed_are_lines() -> None:
    """A CR at the very end of a window may be half of a CRLF, so it waits for the next bytes."""
    progress = b"37 percent of the keel is laid .....\r" * 40_000

    _, total = scanned(progress, b"\ndone")

    assert total == 40_001


def test_cr_cr_lf_is_marked_as_an_empty_line_that_nobody_wrote() -> None:
    regions, total = scanned(b"a\r\r\nb\r\r\n")

    assert total == 4
    assert lines_of(regions) == {1: b"a", 2: b"\x00", 3: b"b", 4: b"\x00"}


def test_an_empty_log_has_no_lines() -> None:
    assert scanned() == ((), 0)
    assert scanned(b"") == ((), 0)


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 300))
def test_both_searches_find_the_same(data: bytes, start: int) -> None:
    signs = ("error", "a", "\x00", "##[")

    fast, slow = search.searcher(signs, fast=True)(), search.searcher(signs, fast=False)()

    begin = min(start, len(data))
    assert fast(data, begin, len(data)) == slow(data, begin, len(data))


def test_without_google_re2_the_literals_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "re2", None)
    search.searcher.cache_clear()

    begin = search.searcher(("only here",), fast=True)

    assert begin()(b"so it is Only Here", 0, 18) == 9
    assert begin()(b"nowhere", 0, 7) == -1


def test_the_module_loads_without_google_re2(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra: where it is not installed, importing it fails."""
    monkeypatch.setitem(sys.modules, "re2", None)
    specification = importlib.util.spec_from_file_location("search_without_re2", search.__file__)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    monkeypatch.setitem(sys.modules, "search_without_re2", module)
    specification.loader.exec_module(module)

    assert module.re2 is None
    assert module.searcher((SIGN,))()(b"it Panicked At sea", 0, 18) == 3


def test_a_long_line_waits_for_its_end() -> None:
    """A line a little shorter than a window is no line too long."""
    regions, total = scanned(b"z" * (WINDOW - 10), b"z" * 5 + b"\n", QUIET)

    assert total == 2
    assert lines_of(regions)[1].startswith(b"z" * 1000)
    assert lines_of(regions)[2] == QUIET.strip(b"\n")


def test_without_landmarks_words_of_error_serve() -> None:
    scanner = Scanner(())
    scanner.feed(QUIET * 20_000 + b"the error of the tide\n" + QUIET * 20_000)

    assert b"the error of the tide" in lines_of(scanner.finish()[0]).values()


@BOTH
def test_a_log_full_of_words_is_heard_again_later(fast: bool) -> None:  # noqa: FBT001 - as above
    """Where words of error are common they are passed over, but not for the rest of the log."""
    noisy = (QUIET * 60 + b"Compiling thiserror v1.0.0\n") * 2_000
    calm = QUIET * ((scan.DEAF + 2) * WINDOW // len(QUIET))

    regions, total = scanned(noisy, calm, b"the tide says an error\n", calm, fast=fast)

    kept = lines_of(regions)
    assert b"the tide says an error" in kept.values()
    assert total == 2_000 * 61 + 2 * (calm.count(b"\n")) + 1


HEADER = b"2026-01-01T00:00:00.0000000Z ##[group]Run make\n"


@BOTH
def test_the_headers_of_steps_are_kept_wherever_they_stand(fast: bool) -> None:  # noqa: FBT001 - as above
    """They number the lines of a step; neither silence nor noise may hide them."""
    noisy = (QUIET * 20 + b"Compiling thiserror v1.0.0\n") * 2_000
    ending = QUIET * 9_000 + b"Post job cleanup.\n"

    regions, total = scanned(noisy, HEADER, noisy, QUIET * 90_000, HEADER, QUIET * 9_000, ending, fast=fast)

    kept = lines_of(regions)
    wanted = [42_001, 42_001 + 42_000 + 90_001]
    assert [kept.get(number) for number in wanted] == [HEADER.strip()] * 2
    assert kept[total] == b"Post job cleanup."


@BOTH
def test_headers_without_end_cost_nothing(fast: bool) -> None:  # noqa: FBT001 - as above
    scanner = Scanner((SIGN,), fast=fast)
    for _ in range(4):
        scanner.feed(QUIET * 1_000 + HEADER * 40_000 + b"an error\n" + QUIET * 20_000)
    scanner.feed(b"panicked at sea\n")

    regions, total = scanner.finish()

    assert total == 4 * 61_001 + 1
    assert lines_of(regions)[total] == b"panicked at sea"
    assert sum(len(region.data) for region in regions) < 2 * WINDOW


@pytest.mark.parametrize("times", [10, 5_000])
def test_signs_that_share_a_word_are_found_by_it(times: int) -> None:
    """Where the word is common, each of the signs is looked for."""
    begin = search.searcher(("error: keel", "the error[", "error sails", "no word"), fast=False)
    data = b"errors " * times + b"here: The Error[E1] and Error: Keel, no word"

    find = begin()
    places, position = [], 0
    while (place := find(data, position, len(data))) != -1:
        places.append(data[place : place + 9].lower())
        position = place + 1

    assert places == [b"the error", b"error: ke", b"no word"]


def test_nothing_to_look_for_is_never_found() -> None:
    assert search.searcher(())()(b"anything", 0, 8) == -1


@BOTH
def test_the_signs_in_a_text_are_told_apart(fast: bool) -> None:  # noqa: FBT001 - as above
    which = search.presence(("error", "Error", "error[", "(x|y)", "●"), fast=fast)

    assert which("an error[E1] and ●") == {"error", "error[", "●"}
    assert which("(x|y)") == {"(x|y)"}
    assert which("calm") == frozenset()
    assert search.presence((), fast=fast)("anything") == frozenset()


def test_without_google_re2_only_some_signs_without_a_word_are_looked_for() -> None:
    """Each costs a pass over the log; the longest cost least."""
    signs = tuple(f"sign {'of the sea ' * n}" for n in range(1, search.WORDLESS + 3))
    distinct = tuple(f"{chr(65 + n)}{sign}" for n, sign in enumerate(signs))

    find = search.searcher((*distinct, "error: x"), fast=False)

    assert find()(distinct[-1].encode(), 0, 10_000) == 0
    assert find()(distinct[0].encode(), 0, 10_000) == -1
    assert find()(b"an error: x", 0, 11) == 3

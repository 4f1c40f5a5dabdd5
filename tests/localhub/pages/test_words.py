"""Wording of states, times, reactions and lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.localhub.pages.words import (
    StateWord,
    ago,
    local,
    log_class,
    log_lines,
    overall,
    patch_class,
    state_of,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "conclusion", "word"),
    [
        ("completed", "success", StateWord("good", "Success")),
        ("completed", "timed_out", StateWord("bad", "Timed out")),
        ("in_progress", None, StateWord("wait", "In progress")),
        ("completed", "skipped", StateWord("calm", "Skipped")),
        ("deployment", "inactive", StateWord("calm", "Inactive")),
        ("deployment", None, StateWord("calm", "Never deployed")),
        (None, None, StateWord("calm", "Not started")),
    ],
)
def test_state_has_a_word_and_a_kind(status: str | None, conclusion: str | None, word: StateWord) -> None:
    assert state_of(status, conclusion) == word


@pytest.mark.parametrize(
    ("states", "word"),
    [
        ([], "No checks"),
        ([("completed", "success"), ("completed", "skipped")], "All passed"),
        ([("completed", "success"), ("queued", None)], "1 running"),
        ([("completed", "failure"), ("queued", None)], "1 failing"),
    ],
)
def test_checks_are_summed_up_worst_first(states: list[tuple[str, str | None]], word: str) -> None:
    assert overall(states).word == word


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5, minutes=3), "5 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(seconds=-5), "just now"),
    ],
)
def test_moment_is_worded_relative_to_now(passed: timedelta, words: str) -> None:
    shown = ago(NOW - passed, NOW)

    assert f">{words}</time>" in shown
    assert "UTC" in shown


def test_log_is_shown_without_stamps_and_colours() -> None:
    log = b"\xef\xbb\xbf2026-03-11T05:05:46.3205836Z first\n2026-03-11T05:05:46.3205836Z \x1b[31mred\x1b[0m\n"

    assert log_lines(log) == ["first", "red"]


def test_lines_have_a_look() -> None:
    assert [log_class(line) for line in ("##[error]x", "##[group]x", "x")] == ["l-error", "l-group", ""]
    assert [patch_class(line) for line in ("+a", "-a", "@@", " a", "")] == [
        "added",
        "removed",
        "hunk",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("http://127.0.0.1:8090/acme/harbour/actions/runs/1#x", "/acme/harbour/actions/runs/1#x"),
        ("http://127.0.0.1:8091/gates/1", "http://127.0.0.1:8091/gates/1"),  # the bot's own pages
        ("https://example.org/a", "https://example.org/a"),
        ("javascript:alert(1)", "#"),
    ],
)
def test_own_links_stay_on_this_server(url: str, link: str) -> None:
    assert local(url, "http://127.0.0.1:8090") == link

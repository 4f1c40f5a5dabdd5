from __future__ import annotations

import pytest

from bot.diagnosis.log.logs import assemble
from bot.diagnosis.log.scan import Scanner


def test_azures_sections_name_the_steps() -> None:
    stamp = "2026-03-02T12:00:00.0000000Z "
    scanner = Scanner(())
    lines = (
        "##[section]Starting: Build",
        "fine",
        "##[section]Finishing: Build",
        "##[section]Starting: Test",
        "boom",
        "##[error]Bash exited with code '1'.",
        "##[section]Finishing: Test",
    )
    scanner.feed("".join(f"{stamp}{line}\n" for line in lines).encode())

    log = assemble(*scanner.finish())

    assert log.failed_step == "Test"
    assert log.lines[log.exit].number == 6


def test_words_of_an_exit_within_a_step_are_no_exit() -> None:
    """A program prints what the runner would say; the runner says it last."""
    scanner = Scanner(())
    lines = (
        "##[group]Run ./simulate",
        "##[error]Process completed with exit code 1.",
        "Process completed with exit code 1.",
        "that was a fake",
        "##[group]Run make",
        "boom",
        "##[error]Process completed with exit code 2.",
        "Post job cleanup.",
    )
    scanner.feed("".join(f"{line}\n" for line in lines).encode())

    log = assemble(*scanner.finish())

    assert log.failed_step == "Run make"


@pytest.mark.parametrize(
    "word", ["Finished: FAILURE", "ERROR: Job failed: exit code 1", "Exited with code exit status 2"]
)
def test_the_services_last_word_is_the_exit_where_no_step_says_one(word: str) -> None:
    scanner = Scanner(())
    scanner.feed(f"calm\nboom\n{word}\n".encode())

    assert assemble(*scanner.finish()).exit == 2

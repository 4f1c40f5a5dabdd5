from __future__ import annotations

from bot.diagnosis.forms.panics import panics_in
from bot.diagnosis.model import Cause
from bot.diagnosis.parsers import cargo_test, clippy, criterion, loom, nextest
from bot.diagnosis.parsing import Rank
from tests.support.log_text import log_of


def test_a_panic_of_an_old_compiler_has_its_message_before_its_place() -> None:
    """Before Rust 1.73 the message stood in quotes on the same line, or over several."""
    log = log_of(
        "thread 'floats' panicked at 'the keel is loose', src/hull.rs:9:5\n"
        "thread 'sinks' panicked at 'assertion failed: `(left == right)`\n"
        "  left: `2`,\n"
        " right: `3`', src/hull.rs:12:9\n"
        "thread 'drifts' panicked at 'never closed\n"
    )

    first, second = panics_in(log, range(5))

    assert (first.message, first.where.line) == ("the keel is loose", 9)
    assert (second.message, second.where.line, second.places) == (
        "assertion failed: `(left == right)`",
        12,
        (1, 2, 3),
    )


def test_a_message_without_a_note_ends_with_its_paragraph() -> None:
    log = log_of(
        "thread 'main' panicked at src/main.rs:3:5:\n"
        "no wind\n"
        "\n"
        "the crew waits\n"
        "thread 'oar' panicked at src/main.rs:8:5:\n"
        "broken\n"
    )

    assert [panic.places for panic in panics_in(log, range(6))] == [(0, 1), (4, 5)]


def test_the_panic_is_quoted_whatever_the_test_printed_before() -> None:
    printed = "\n".join(f"plank {number}" for number in range(90))
    panic = "thread 'floats' panicked at src/hull.rs:9:5:\nthe keel is loose\n"
    log = log_of(f"---- floats stdout ----\n{printed}\n{panic}note: run with `RUST_BACKTRACE=1`\nfailures:\n")

    (finding,) = cargo_test.read(log)

    texts = [log.lines[place].text for place in finding.places]
    assert len(texts) == 30
    assert texts[0] == "---- floats stdout ----"
    assert texts[-3:] == [
        "plank 89",
        "thread 'floats' panicked at src/hull.rs:9:5:",
        "the keel is loose",
    ]


def test_a_test_program_that_ends_without_a_word_is_told_with_its_last_words() -> None:
    log = log_of("weighing anchor\nerror: test failed, to rerun pass `--test sail`\n")

    (finding,) = cargo_test.read(log)

    assert finding.rank is Rank.CONSEQUENCE
    assert finding.places == (0, 1)


def test_a_slow_test_that_ended_did_not_hang() -> None:
    log = log_of(
        "test floats has been running for over 60 seconds\n"
        "test floats ... ok\n"
        "##[error]Process completed with exit code 124.\n"
    )

    assert list(cargo_test.read(log)) == []


def test_a_lint_is_told_once_and_an_error_of_the_compiler_is_no_lint() -> None:
    lint = (
        "error: length comparison to zero\n"
        " --> src/hull.rs:9:8\n"
        "  |\n"
        "  = note: `-D clippy::len-zero` implied by `-D warnings`\n"
        "\n"
    )
    other = "error: unused variable: `keel`\n --> src/hull.rs:2:9\n\nerror[E0425]: no `keel`\n --> src/hull.rs:3:9\n\n"

    (finding,) = clippy.read(log_of(lint + other + lint))

    assert (finding.cause, finding.message) == (Cause.LINT, "length comparison to zero")


def test_a_verdict_without_a_benchmark_is_no_regression() -> None:
    below_blank = "\n                        Performance has regressed.\n"
    above = "".join(f"  change {number}\n" for number in range(9))
    far_away = f"keel  time:   [1 ns 2 ns 3 ns]\n{above}  Performance has regressed.\n"

    assert list(criterion.read(log_of(below_blank))) == []
    assert [one.message for one in criterion.read(log_of(far_away))] == [
        "benchmark change 1 is +0.0 % slower"
    ]


def test_a_model_run_without_a_test_has_no_test_name() -> None:
    log = log_of(
        " ================== Iteration 40 ==================\n"
        "thread 'main' panicked at src/main.rs:3:5:\n"
        "Causality violation: Concurrent write accesses to `UnsafeCell`.\n"
        "---- hands_over stdout ----\n"
        "thread 'hands_over' panicked at src/lib.rs:3:5:\n"
        "deadlock; threads = []\n"
    )

    first, second = loom.read(log)

    assert (first.tests, first.places) == ((), (0, 1, 2))
    assert (second.tests, second.places) == (("hands_over",), (3, 4, 5))


def test_a_setup_script_may_fail_at_the_first_line_of_what_is_kept() -> None:
    (finding,) = nextest.read(log_of("no berth is free\n  SETUP FAIL [   0.004s] harbour: ./harbour.sh\n"))

    assert finding.places == (0, 1)

# ruff: noqa: RUF001 - Playwright prints such signs
from __future__ import annotations

from bot.diagnosis.model import SuiteResult
from bot.diagnosis.parsers import ava, eslint, jest, mocha, playwright, tap
from tests.support.log_text import log_of


def test_a_number_above_the_count_of_failures_is_no_failure_of_mocha() -> None:
    """Reporters that list tests as they run number those that fail, without a message."""
    log = log_of("  1) sinks:\n  2 passing (5ms)\n  1 failing\n\n  1) hull\n       sinks:\n     Error: wet\n")

    (finding,) = mocha.PARSER.read(log)

    assert finding.tests == ("hull > sinks",)
    assert finding.message == "Error: wet"


def test_a_title_of_mocha_may_stand_alone_or_below_a_blank_line() -> None:
    log = log_of(
        "  2 failing\n\n  1) sinks:\n     Error: wet\n\n"
        "  2)\n\n       hull\n         floats:\n     Error: dry\n"
    )

    assert [finding.tests for finding in mocha.PARSER.read(log)] == [("sinks",), ("hull > floats",)]


def test_a_numbered_list_of_something_else_is_no_failure_of_mocha() -> None:
    log = log_of(
        "  1 failing\n\n  1) buy rope\n  2) tie a knot\n  3) rest\n       a while\n\n  4) and\n"
        + "       on\n" * 9
    )

    assert list(mocha.PARSER.read(log)) == []


def test_the_same_failure_of_mocha_is_told_once() -> None:
    failure = "  1) hull\n       sinks:\n     Error: wet\n\n"

    assert len(list(mocha.PARSER.read(log_of("  1 failing\n\n" + failure * 2)))) == 1


def test_a_failure_of_mocha_without_known_words_is_named_by_its_first_line() -> None:
    log = log_of("  1 failing\n\n  1) hull\n       sinks:\n     wet feet\n\n\n\n\n\nelsewhere\n")

    (finding,) = mocha.PARSER.read(log)

    assert finding.message == "wet feet"
    assert len(finding.places) == 3


def test_a_failure_of_mocha_that_goes_on_for_ever_is_cut() -> None:
    log = log_of("  1 failing\n\n  1) sinks:\n" + "     wet\n" * 300)

    (finding,) = mocha.PARSER.read(log)

    assert len(finding.places) == 60


def test_a_failed_test_of_ava_that_is_told_of_no_further_stands_for_itself() -> None:
    (finding,) = ava.PARSER.read(log_of("  ✘ [fail]: sinks Error thrown in test\n"))

    assert finding.tests == ("sinks",)
    assert finding.message == "sinks failed"


def test_ava_may_say_nothing_known_of_a_failure() -> None:
    (finding,) = ava.PARSER.read(log_of("  ✘ [fail]: sinks\n  ─\n\n  sinks\n\n  wet feet\n"))

    assert finding.message == "sinks failed"
    assert len(finding.places) == 2


def test_tests_of_ava_that_passed_are_counted_where_it_says_so() -> None:
    assert ava.PARSER.suites is not None
    assert list(ava.PARSER.suites(log_of("  2 tests passed\n  1 test failed\n"))) == [
        SuiteResult(name="ava", passed=2, failed=1)
    ]
    assert list(ava.PARSER.suites(log_of("nothing\n"))) == []


def test_a_test_that_passed_when_tried_again_is_no_failure_of_playwright() -> None:
    head = "  1) [api] › a.spec.ts:3:1 › sinks ─────\n    Error: wet\n        at a.spec.ts:4:5\n"
    listed = "    [api] › a.spec.ts:3:1 › sinks ─────\n"

    assert len(list(playwright.PARSER.read(log_of(f"{head}\n  1 failed\n{listed}")))) == 1
    assert list(playwright.PARSER.read(log_of(f"{head}\n  1 flaky\n{listed}  2 passed (1s)\n"))) == []
    assert len(list(playwright.PARSER.read(log_of(f"{head}\n  2 flaky\nno list\n")))) == 1


def test_expected_failures_of_tap_fail_no_suite() -> None:
    """TAP's own directive marks a test that is expected to fail."""
    log = log_of(
        "# Subtest: hull\n    not ok 1 - leaks # TODO\n    ok 2 - floats\n    1..2\nnot ok 1 - hull\n"
    )

    assert [finding.tests for finding in tap.PARSER.read(log)] == [("hull",)]


def test_warnings_of_eslint_are_left_out_beside_errors() -> None:
    log = log_of(
        "src/a.js\n  1:1  warning  loose\n          goes on\n  2:1  error  wrong\n\n"
        "src/b.js\n  1:1  warning  loose\n"
    )

    (finding,) = eslint.PARSER.read(log)

    assert finding.message == "wrong"
    assert [log.lines[place].text.strip() for place in finding.places] == ["src/a.js", "2:1  error  wrong"]


def test_a_file_of_eslint_may_have_more_rows_than_are_read() -> None:
    log = log_of("src/a.js\n" + "  2:1  error  wrong\n" * 2_100)

    (finding,) = eslint.PARSER.read(log)

    assert len(finding.places) == 2_001


def test_jest_counts_tests_where_it_says_no_time() -> None:
    assert jest.PARSER.suites is not None
    assert list(jest.PARSER.suites(log_of("Tests:       1 failed, 2 passed, 3 total\nTests: many\n"))) == [
        SuiteResult(name="jest", passed=2, failed=1)
    ]


def test_what_a_passing_test_of_jest_prints_is_no_failure() -> None:
    log = log_of(
        "  ● Console\n\n    console.error\n      Error: not a failure\n          at a.test.js:1:2\n\n"
        "PASS ./a.test.js\n  ✓ logs\n  ○ skipped flies\n\nTests:       1 skipped, 2 passed, 3 total\n"
    )

    assert list(jest.PARSER.read(log)) == []

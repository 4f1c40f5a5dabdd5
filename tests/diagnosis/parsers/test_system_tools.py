from __future__ import annotations

from bot.diagnosis.model import Cause
from bot.diagnosis.parsers import (
    autotools,
    bazel,
    catch2,
    docker,
    elle,
    gcc,
    googletest,
    jepsen,
    meson,
    terraform,
    valgrind,
)
from bot.diagnosis.parsing import Rank
from tests.support.log_text import log_of


def test_passed_programs_of_catch2_are_counted() -> None:
    (suite,) = catch2.suites(log_of("All tests passed (7 assertions in 3 test cases)\n"))

    assert (suite.passed, suite.failed) == (3, 0)


def test_a_test_that_is_only_listed_as_failed_is_a_consequence() -> None:
    """The list at the end of GoogleTest's output may be all that is left of a long log."""
    (finding,) = googletest.read(log_of("[  FAILED  ] 1 test, listed below:\n[  FAILED  ] Hull.Sinks\n"))

    assert (finding.rank, finding.tests) == (Rank.CONSEQUENCE, ("Hull.Sinks",))


def test_a_failure_without_words_is_named_by_its_test() -> None:
    (finding,) = googletest.read(
        log_of("[ RUN      ] Hull.Sinks\nhull.cc:5: Failure\n[  FAILED  ] Hull.Sinks (0 ms)\n")
    )

    assert finding.message == "test Hull.Sinks failed"


def test_the_last_words_of_a_crashed_program_stand_below_its_test() -> None:
    (finding,) = googletest.read(log_of("[ RUN      ] Hull.Sinks\n\nhull.cc: assertion failed\n"))

    assert finding.places == (0, 2)


def test_no_more_anomalies_are_read_than_are_told() -> None:
    log = log_of("".join(f":anomaly-types (:G{number})\n" for number in range(200)))

    assert len(list(elle.read(log))) == 20


def test_a_verdict_stands_alone_where_the_results_are_not_shown() -> None:
    (finding,) = jepsen.read(log_of("the harbour is quiet\nAnalysis invalid!\n"))

    assert (finding.message, finding.places) == ("Analysis invalid!", (1,))


def test_an_empty_line_of_a_build_step_is_not_quoted() -> None:
    log = log_of(
        "#8 [4/4] RUN make\n#8 0.1 \n#8 0.2 no keel\n"
        '#8 ERROR: process "make" did not complete successfully: 2\n'
    )

    (finding,) = docker.read(log)

    assert (finding.places, finding.message) == ((0, 2, 3), "no keel")


def test_an_error_of_terraform_ends_where_the_log_goes_on_with_something_else() -> None:
    log = log_of("Run terraform plan\nError: Unsupported argument\n\n  on main.tf line 3:\n\n\n\nuploading\n")

    (finding,) = terraform.read(log)

    assert (finding.cause, finding.places) == (Cause.COMPILE, (1, 3))


def test_the_same_error_of_valgrind_is_told_once() -> None:
    error = "==7== Invalid read of size 4\n==7==    at 0x109165: keel (heap.c:3)\n==7== \n"

    (finding,) = valgrind.read(log_of(error + error))

    assert finding.places == (0, 1)


def test_what_a_target_printed_may_be_cut_off() -> None:
    log = log_of(
        "//hull:sinks   FAILED in 0.1s\n==================== Test output for //hull:sinks:\nno keel\n"
    )

    (finding,) = bazel.read(log)

    assert finding.message == "test //hull:sinks failed: no keel"


def test_a_word_beside_an_error_does_not_make_it_terraforms() -> None:
    """A package manager lists hundreds of names, terraform among them."""
    log = log_of("terraform\nterraform-docs\nError: openssl 1.0.2l is already installed\n")

    assert list(terraform.read(log)) == []


def test_only_the_parts_of_a_harness_are_read() -> None:
    """Without Automake's words, `FAIL: ` is another tool's."""
    assert list(autotools.read(log_of("FAIL: sinks\n"))) == []
    assert list(autotools.suites(log_of("Testsuite summary for boat 0.3\n# TOTAL: 4\n"))) == []


def test_what_a_framework_printed_is_left_to_its_parser() -> None:
    """The harness only says which program failed; the framework in it says which test."""
    google = "[  FAILED  ] Hull.Sinks (0 ms)\n"
    automake = log_of(f"make check-TESTS\nFAIL: hull\n====\n\n{google}FAIL hull (exit status: 1)\n")
    rule = "――――――――――――――――――――――――― ✀  ―――――――――――――――――――――――――\n"
    run = log_of(f"1/1 boat:hull  FAIL  0.03s   exit status 1\n{rule}stdout:\n{google}")

    assert [finding.rank for finding in autotools.read(automake)] == [Rank.CONSEQUENCE]
    assert [finding.rank for finding in meson.read(run)] == [Rank.CONSEQUENCE]


def test_a_test_that_is_listed_and_shown_is_one_failure() -> None:
    listed = "FAIL: hull\nFAIL: hull\n"
    shown = "FAIL: hull\n====\n\nno keel\nFAIL hull (exit status: 1)\n"

    (finding,) = autotools.read(log_of(f"make check-TESTS\n{listed}{shown}"))

    assert (finding.message, finding.places) == ("test hull failed: no keel", (1, 3, 6))


def test_a_place_is_told_from_the_root_where_the_build_folder_lies_in_it() -> None:
    """A build tool runs the compiler in its own folder."""
    (finding,) = gcc.read(log_of("../src/hull.c:9:12: error: 'keel' undeclared\n"))

    assert [(where.path, where.line) for where in finding.locations] == [("src/hull.c", 9)]

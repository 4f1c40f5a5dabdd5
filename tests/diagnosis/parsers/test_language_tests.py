from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.log.logs import Line, Log
from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsers import exit_code, ghc, go_test, perl, phpstan, powershell, surefire
from bot.diagnosis.parsing import Rank
from tests.support.log_text import log_of

if TYPE_CHECKING:
    from bot.diagnosis.parsing import Finding, LogParser


def read(parser: LogParser, text: str) -> list[Finding]:
    return list(parser.read(log_of(text)))


def test_a_failed_go_test_that_says_nothing_is_named() -> None:
    (finding,) = read(go_test.PARSER, "--- FAIL: TestKeel (0.00s)")

    assert (finding.message, finding.tests) == ("TestKeel failed", ("TestKeel",))


def test_a_go_test_that_failed_twice_is_told_once() -> None:
    found = read(
        go_test.PARSER, "--- FAIL: TestKeel (0.00s)\n    keel_test.go:3: no\n--- FAIL: TestKeel (0.00s)"
    )

    assert [one.tests for one in found] == [("TestKeel",)]


def test_the_same_data_race_is_told_once_and_one_cut_off_too() -> None:
    race = "WARNING: DATA RACE\nRead at 0x1 by goroutine 1:\n  boat.Turn()\n      rudder.go:5 +0x6a\n"
    found = read(go_test.PARSER, f"{race}==================\n{race}==================")

    assert [one.message for one in found] == ["data race: Read at 0x1 by goroutine 1:"]
    assert [one.message for one in read(go_test.PARSER, "WARNING: DATA RACE")] == ["data race"]
    assert read(go_test.PARSER, race.strip())[0].places == (0, 1, 2, 3)


def test_a_panic_outside_of_tests_is_a_consequence_and_one_of_a_failed_test_is_not_repeated() -> None:
    lone = read(go_test.PARSER, "panic: no wind\n\ngoroutine 1 [running]:\nmain.main()\n\tmain.go:3 +0x1")
    again = read(
        go_test.PARSER,
        "--- FAIL: TestA (0.00s)\n    a_test.go:1: x\nok\npanic: x\n\nboat.TestA(0x1)\n\ta_test.go:1 +0x1",
    )

    assert [(one.message, one.rank, one.tests) for one in lone] == [("no wind", Rank.CONSEQUENCE, ())]
    assert [one.tests for one in again] == [("TestA",)]


def test_a_package_from_go_s_cache_has_no_time() -> None:
    log = log_of("=== RUN   TestA\n--- PASS: TestA (0.00s)\nPASS\nok  \texample.com/boat\t(cached)")

    assert go_test.PARSER.suites is not None
    assert list(go_test.PARSER.suites(log)) == [SuiteResult(name="example.com/boat", passed=1)]


def test_ghc_s_warnings_count_where_they_were_made_errors() -> None:
    text = "Hull.hs:3:1: Warning:\n    The import of Data.List is redundant"

    assert read(ghc.PARSER, text) == []
    found = read(ghc.PARSER, f"{text}\n\nFailing due to -Werror.")
    assert [one.message for one in found] == [
        "Failing due to -Werror.",
        "The import of Data.List is redundant",
    ]


def test_a_table_of_phpstan_may_be_cut_off() -> None:
    assert read(phpstan.PARSER, "  Line   src/Hull.php\n ------") == []
    cut = read(phpstan.PARSER, "  Line   src/Hull.php\n" + "  12   Wrong.\n" + "         more\n" * 500)
    assert cut == []


def test_an_error_record_of_powershell_is_told_once() -> None:
    record = "No wind\nAt boat.ps1:3 char:1\n+ throw\n\n    + CategoryInfo\n"

    assert [one.message for one in read(powershell.PARSER, record + record + "\nx")] == ["No wind"]
    assert read(powershell.PARSER, "At boat.ps1:3 char:1")[0].places == (0,)
    assert len(read(powershell.PARSER, "No wind\nAt boat.ps1:3 char:1\n" + "+ x\n" * 20)[0].places) == 14


def test_a_list_of_flaky_tests_may_be_cut_off() -> None:
    failed = "[ERROR] floats(boat.HullTest)  Time elapsed: 0 s  <<< FAILURE!\nno\n"

    assert read(surefire.PARSER, f"{failed}\n[WARNING] Flakes:\n[WARNING] boat.HullTest.floats") == []


def test_an_exit_code_of_a_signal_that_is_not_the_machine_s_is_a_guess() -> None:
    lines = (Line(1, "Process completed with exit code 139."),)
    (finding,) = exit_code.PARSER.read(Log(lines=lines, exit=0))

    assert (finding.cause, finding.rank) == (Cause.UNKNOWN, Rank.GUESS)
    assert (
        list(exit_code.PARSER.read(Log(lines=(Line(1, "Process completed with exit code 1."),), exit=0)))
        == []
    )
    assert list(exit_code.PARSER.read(Log(lines=lines, exit=1))) == []


def test_a_failure_that_perl_expects_is_none() -> None:
    """Test::More shows the place of an expected failure too, in a comment."""
    expected = "not ok 1 - sinks\n#   Failed (expected) test 'sinks'\n#   at t/hull.t line 3.\nok 2\n"

    assert read(perl.PARSER, expected) == []
    assert [one.tests for one in read(perl.PARSER, expected.replace(" (expected)", ""))] == [("sinks",)]

from __future__ import annotations

from bot.diagnosis.model import SuiteResult
from bot.diagnosis.parsers import pip, pytest, sphinx, traceback, trial, unittest
from bot.diagnosis.parsing import Rank
from tests.support.log_text import log_of

BAR = "=" * 70
RULE = "-" * 70
OWN = '  File "/home/runner/work/boat/boat/boat/hull.py", line {}, in sink\n    sink()'
FOREIGN = '  File "/usr/lib/python3.11/site-packages/rope/knot.py", line {}, in tie\n    tie()'


def frames(form: str, count: int) -> str:
    return "\n".join(form.format(number) for number in range(1, count + 1))


def test_a_long_traceback_of_unittest_shows_the_frames_of_the_project() -> None:
    log = log_of(
        f"{BAR}\nERROR: test_sink (tests.test_hull.HullTest.test_sink)\n{RULE}\nTraceback (most recent call last):\n"
        f"{frames(OWN, 2)}\n{frames(FOREIGN, 20)}\nRuntimeError: no keel\n\n{RULE}\nRan 1 test in 0.001s\n"
    )

    (finding,) = unittest.PARSER.read(log)

    assert finding.message == "RuntimeError: no keel"
    assert [f"{place.path}:{place.line}" for place in finding.locations] == [
        "boat/hull.py:2",
        "boat/hull.py:1",
    ]
    assert not any("rope" in log.lines[place].text for place in finding.places)


def test_of_a_long_recursion_in_the_project_the_end_is_shown() -> None:
    log = log_of(
        f"{BAR}\nERROR: test_sink (tests.test_hull.HullTest.test_sink)\n{RULE}\nTraceback (most recent call last):\n"
        f"{frames(OWN, 40)}\nRecursionError: too deep\n\n{RULE}\nRan 1 test in 0.001s\n"
    )

    (finding,) = unittest.PARSER.read(log)

    assert len(finding.places) <= 30
    assert log.lines[finding.places[-1]].text == "RecursionError: too deep"


def test_words_that_look_like_a_heading_of_unittest_are_none_without_its_frame() -> None:
    log = log_of("ERROR: rudder\nsomething else\nmore\nand more\n")

    assert list(unittest.PARSER.read(log)) == []


def test_the_same_failure_of_unittest_printed_twice_is_told_once() -> None:
    failure = f"{BAR}\nFAIL: test_a (tests.T.test_a)\n{RULE}\nAssertionError: 1 != 2\n\n"

    assert len(list(unittest.PARSER.read(log_of(failure * 2)))) == 1


def test_a_failure_of_unittest_ends_where_the_runner_speaks() -> None:
    log = log_of(f"{BAR}\nFAIL: test_a (tests.T.test_a)\n{RULE}\nit sank\n##[group]Run next\n")

    (finding,) = unittest.PARSER.read(log)

    assert finding.message == "it sank"


def test_a_traceback_without_an_error_is_none() -> None:
    assert list(traceback.PARSER.read(log_of("Traceback (most recent call last):\n  File"))) == []


def test_the_same_error_is_told_once() -> None:
    one = f"Traceback (most recent call last):\n{OWN.format(1)}\nRuntimeError: no keel\n\n"

    assert len(list(traceback.PARSER.read(log_of(one * 2)))) == 1


def test_the_log_lines_of_an_error_are_few() -> None:
    log = log_of(
        f"Traceback (most recent call last):\n{OWN.format(1)}\nRuntimeError: no keel\n" + "  detail\n" * 9
    )

    (finding,) = traceback.PARSER.read(log)

    assert len(finding.places) == 7


def test_a_program_that_cannot_be_compiled_is_named_by_its_place() -> None:
    log = log_of('  File "hull.py", line 3\n    def sink(:\n             ^\nSyntaxError: invalid syntax\n')

    (finding,) = traceback.PARSER.read(log)

    assert finding.message == "SyntaxError: invalid syntax"
    assert [f"{place.path}:{place.line}" for place in finding.locations] == ["hull.py:3"]


def test_a_stack_of_a_time_out_may_go_on_for_ever() -> None:
    bar = "+" * 30
    log = log_of(f"{bar} Timeout {bar}\n" + f"{FOREIGN.format(1)}\n" * 300)

    (finding,) = pytest.PARSER.read(log)

    assert finding.message == "time-out"


def test_what_pytest_counts_has_no_bars_when_it_is_quiet() -> None:
    log = log_of("1 failed, 2 passed, 1 xfailed, 3 skipped in 61.50s (0:01:01)\n5 boats moored in 3 s\n")

    assert pytest.PARSER.suites is not None
    assert list(pytest.PARSER.suites(log)) == [
        SuiteResult(name="pytest", passed=3, failed=1, skipped=3, seconds=61.5)
    ]


def test_a_section_of_pytest_ends_where_the_runner_speaks() -> None:
    log = log_of("=== FAILURES ===\n____ test_sink ____\n>       assert 0\n##[group]Run next\n")

    (finding,) = pytest.PARSER.read(log)

    assert finding.tests == ("test_sink",)
    assert len(finding.places) == 2


def test_of_a_long_section_of_pytest_the_code_right_above_the_error_is_kept() -> None:
    code = "\n".join(f"        step_{number}()" for number in range(60))
    log = log_of(
        f"=== FAILURES ===\n____ test_sink ____\n{code}\n"
        ">       assert 0\nE       assert 0\n\nboat.py:3: AssertionError\n"
    )

    (finding,) = pytest.PARSER.read(log)

    shown = [log.lines[place].text.strip() for place in finding.places]
    assert len(shown) == 29
    assert "step_59()" in shown
    assert "step_1()" not in shown


def test_an_error_of_pytest_without_words_is_named_by_the_next_line_that_has_some() -> None:
    log = log_of("=== FAILURES ===\n____ test_sink ____\nE\nE   Mast: broken\n")

    (finding,) = pytest.PARSER.read(log)

    assert finding.message == "Mast: broken"


def test_a_back_end_that_goes_on_for_ever_is_cut() -> None:
    log = log_of("  error: subprocess-exited-with-error\n" + "      building\n" * 900)

    (finding,) = pip.PARSER.read(log)

    assert len(finding.places) == 17


def test_of_many_words_of_pytest_the_first_are_kept() -> None:
    said = "\n".join(f"E       detail {number}" for number in range(60))
    log = log_of(f"=== FAILURES ===\n____ test_sink ____\n{said}\nboat.py:3: AssertionError\n")

    (finding,) = pytest.PARSER.read(log)

    assert [log.lines[place].text for place in finding.places[:2]] == [
        "____ test_sink ____",
        "E       detail 0",
    ]
    assert log.lines[finding.places[-1]].text == "boat.py:3: AssertionError"


def test_a_line_that_a_matcher_marked_belongs_to_the_failure() -> None:
    log = log_of(
        f"{BAR}\nERROR: test_a (tests.T.test_a)\n{RULE}\nTraceback (most recent call last):\n"
        '  File "tests/test_t.py", line 3, in test_a\n##[error]    raise ValueError("wet")\nValueError: wet\n'
    )

    (finding,) = unittest.PARSER.read(log)

    assert finding.message == "ValueError: wet"


def test_what_pytest_forgives_is_no_failure() -> None:
    """Tests that passed when run again, expected failures, skips, warnings and what passing tests print."""
    log = log_of(
        "tests/test_calm.py RR.xs.    [100%]\n"
        "=============================== warnings summary ===============================\n"
        "tests/test_calm.py::test_warns\n  tests/test_calm.py:26: DeprecationWarning: error: old planks\n"
        "==================================== PASSES ====================================\n"
        "__________________________________ test_warns __________________________________\n"
        "----------------------------- Captured stdout call -----------------------------\nError: AssertionError\n"
        "=========================== rerun test summary info ============================\n"
        "RERUN tests/test_calm.py::test_third_time_lucky\n"
        "=========================== short test summary info ============================\n"
        "SKIPPED [1] tests/test_calm.py:20: fatal error of the tide\n"
        "XFAIL tests/test_calm.py::test_leaks - known leak\n"
        "========= 2 passed, 1 skipped, 1 xfailed, 1 warning, 2 rerun in 0.09s ==========\n"
    )

    assert list(pytest.PARSER.read(log)) == []


def test_a_failure_of_trial_may_name_no_error_and_have_no_end() -> None:
    (finding,) = trial.PARSER.read(log_of("[FAIL]\nit sank\n" + "\n" * 3))

    assert finding.message == "it sank"


def test_warnings_of_sphinx_are_failures_only_where_they_are_made_errors() -> None:
    warning = "docs/index.rst:4: WARNING: undefined label\n"

    (likely,) = sphinx.PARSER.read(log_of(warning))
    (sure,) = sphinx.PARSER.read(
        log_of(f"{warning}build finished with problems (with warnings treated as errors).\n")
    )

    assert (likely.rank, sure.rank) == (Rank.LIKELY, Rank.ROOT)


def test_of_a_long_table_of_parameters_only_its_head_is_kept() -> None:
    table = "\n".join(f"        ({number}, {number})," for number in range(20))
    log = log_of(
        f'=== FAILURES ===\n____ test_sink[1] ____\n\n    @pytest.mark.parametrize("a", [\n{table}\n    ])\n'
        "    def test_sink(a):\n>       assert a\nE       assert 0\n\ntests/test_boat.py:30: AssertionError\n"
    )

    (finding,) = pytest.PARSER.read(log)

    assert [log.lines[place].text.strip() for place in finding.places[1:3]] == [
        '@pytest.mark.parametrize("a", [',
        "def test_sink(a):",
    ]

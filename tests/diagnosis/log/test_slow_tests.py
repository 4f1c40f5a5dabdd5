from __future__ import annotations

import pytest

from bot.diagnosis.log.logs import Line, Log
from bot.diagnosis.log.slow_tests import MOST, NAME_WIDTH, slow_tests
from bot.diagnosis.model import SlowTest


def read(*texts: str, command: str = "") -> tuple[SlowTest, ...]:
    return slow_tests(Log(lines=tuple(Line(number, text, command) for number, text in enumerate(texts, 1))))


@pytest.mark.parametrize(
    ("text", "name", "seconds"),
    [
        ("        PASS [   1.204s] hull::float hull::tests::floats", "hull::float hull::tests::floats", 1.204),
        ("        FAIL [   0.520s] ( 9/10) hull::float tests::sinks", "hull::float tests::sinks", 0.52),
        ("  TRY 2 PASS [   0.190s] hull::float tests::sinks", "hull::float tests::sinks", 0.19),
        ("test hull::tests::floats ... ok <0.123s>", "hull::tests::floats", 0.123),
        ("20.41s call     tests/test_hull.py::test_floats[1-2]", "tests/test_hull.py::test_floats[1-2]", 20.41),
        ("1.000s     test_floats (tests.test_hull.test_floats)", "test_floats (tests.test_hull.test_floats)", 1),
        ("--- PASS: TestFloats (0.59s)", "TestFloats", 0.59),
        ("    --- FAIL: TestFloats/in_a_storm (5.13s)", "TestFloats/in_a_storm", 5.13),
        ("[       OK ] Hull.Floats (120 ms)", "Hull.Floats", 0.12),
        ("[  FAILED  ] Hull.Sinks (3120 ms)", "Hull.Sinks", 3.12),
        (" 1/10 Test  #1: hull.floats ......................   Passed    1.02 sec", "hull.floats", 1.02),
        (" 2/10 Test  #2: hull.sinks .......................***Failed    0.52 sec", "hull.sinks", 0.52),
        ("  Passed Hull.Tests.Floats [1 s]", "Hull.Tests.Floats", 1),
        ("  Failed Hull.Tests.Sinks(depth: 3) [153 ms]", "Hull.Tests.Sinks(depth: 3)", 0.153),
        ("  Passed Hull.Tests.Sails [2 m 3 s]", "Hull.Tests.Sails", 120),
        ("Test Case '-[HullTests testFloats]' passed (0.210 seconds).", "-[HullTests testFloats]", 0.21),
        ("HullTest#test_floats = 1.20 s = .", "HullTest#test_floats", 1.2),
    ],
)  # fmt: skip
def test_the_time_of_a_test_as_its_tool_prints_it(text: str, name: str, seconds: float) -> None:
    (test,) = read(text)

    assert test.name == name
    assert test.seconds == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text",
    [
        "    Finished `test` profile in 12.3s",
        "✓ ssh connectivity established (22.08s)",
        "3.10s setup    tests/test_hull.py::test_floats",
        "[----------] 3 tests from Hull (120 ms total)",
        "Successfully compiled: 27 files with swc (170.52ms)",
        "--- PASS: TestQuick (0.01s)",
        "Build succeeded [12 s]",
    ],
)
def test_what_is_no_test_or_not_slow_is_left_out(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    "summary", ["Test Suites: 1 failed, 9 passed, 10 total", "  12 passing (3s)", " Test Files  2 passed (2)"]
)
def test_ticks_count_where_a_test_runner_wrote_them(summary: str) -> None:
    tick = "    ✓ floats in a storm (1204 ms)"

    assert read(tick) == ()
    assert [test.name for test in read(tick, summary)] == ["floats in a storm"]


def test_the_slowest_come_first_each_once_and_bounded() -> None:
    lines = [f"--- PASS: Test{number} ({number}.00s)" for number in range(1, 90)]

    tests = read(*lines, "--- FAIL: Test1 (99.00s)", "--- FAIL: Test1 (2.00s)")

    assert len(tests) == MOST
    assert tests[0] == SlowTest(name="Test1", seconds=99)
    assert [test.seconds for test in tests] == sorted((test.seconds for test in tests), reverse=True)


def test_a_script_that_shows_such_lines_is_not_read() -> None:
    assert read("--- PASS: Test (9.00s)", command="script") == ()


def test_names_keep_no_secret_and_end() -> None:
    token = "ghp_" + "a1B2" * 9

    (test,) = read(f"--- PASS: Test/{token}/{'x' * 400} (9.00s)")

    assert token not in test.name
    assert len(test.name) <= NAME_WIDTH


@pytest.mark.parametrize(
    "line",
    [
        f"--- PASS: Test ({'9' * 3000}.00s)",
        f"test {'x ... ' * 600}ok <1.0s>",
        f"  Passed {'x [1 s' * 600}]",
        f"        PASS [{' ' * 3900}1.0s] x",
        f"{' ' * 3900}✓ x (1 s)",
    ],
)
def test_a_log_may_claim_what_it_likes(line: str) -> None:
    """Times without end, and lines made to be slow to read."""
    tests = read(*([line] * 2_000), "Test Suites: 1")

    assert all(test.seconds < 1e9 for test in tests)

"""What is gathered is bounded, masked and counted, however much a file says."""

from __future__ import annotations

import pytest

from bot.diagnosis.artifacts import collect
from bot.diagnosis.artifacts.collect import (
    EXCERPT,
    LEAST,
    MESSAGE,
    MOST,
    MOST_SLOW,
    MOST_SUITES,
    NAME,
    QUOTED,
    WIDTH,
    Collection,
    gather,
)
from bot.diagnosis.artifacts.dialects import DIALECTS, dialect_of
from bot.diagnosis.artifacts.model import Case, Damaged, Outcome, Remark
from bot.diagnosis.model import Cause
from bot.diagnosis.reader import load_parsers


def case(  # noqa: PLR0913 - a test sets one or two
    name: str,
    outcome: Outcome = Outcome.FAILED,
    *,
    group: str = "",
    text: str = "",
    message: str = "",
    maker: str = "",
    seconds: float | None = None,
    suite: str = "s",
    path: str = "",
    line: int | None = None,
    kind: str = "",
) -> Case:
    return Case(
        name=name,
        outcome=outcome,
        group=group,
        text=text,
        message=message,
        maker=maker,
        seconds=seconds,
        suite=suite,
        path=path,
        line=line,
        kind=kind,
    )


def collected(*found: Case | Remark) -> Collection:
    collection = Collection()
    gather(found, collection)
    return collection


def told(*found: Case | Remark) -> list[str]:
    return [test for failure in collected(*found).failures() for test in failure.tests]


def message(one: Case) -> str:
    return dialect_of(one).message(one)


def places(one: Case) -> list[str]:
    return [f"{place.path}:{place.line}" for place in dialect_of(one).locations(one)]


def test_a_test_that_a_retry_mended_did_not_fail() -> None:
    """Gradle's retry plugin and others write each try as a test of its own."""
    tries = [case("a"), case("a", Outcome.PASSED), case("b")]
    assert told(*tries) == ["b"]
    assert list(collected(*tries).retried) == ["a"]
    assert told(case("a"), case("a", Outcome.SKIPPED)) == ["a"]
    assert told(case("a"), case("a", Outcome.PASSED)) == ["a"], "something failed, and nothing else is known"


def test_a_test_that_only_stands_above_a_red_one_is_left_out() -> None:
    assert told(case("TestA"), case("TestA/one"), case("TestAB")) == ["TestA/one", "TestAB"]


def test_everything_has_a_limit() -> None:
    many = collected(
        *(case(f"t{number}", suite=f"s{number}", seconds=number + 1) for number in range(MOST + MOST_SUITES)),
        *(Remark(tool="x", cause=Cause.LINT, message=f"m{number}") for number in range(MOST + 5)),
        *(case(f"r{number}", Outcome.PASSED, seconds=0.5) for number in range(MOST_SLOW)),
    )
    failures = many.failures()
    assert len(failures) == 2 * MOST
    assert many.more == MOST_SUITES
    report = many.report("junit")
    assert report is not None
    assert len(report.suites) == MOST_SUITES + 1, "one for all others"
    assert report.suites[-1].name == "other suites"
    assert report.ran == MOST + MOST_SUITES + MOST_SLOW
    assert len(report.slowest) == MOST_SLOW
    assert report.slowest[0].seconds == MOST + MOST_SUITES


def test_a_suite_of_which_two_files_tell_the_same_is_counted_once() -> None:
    """A report of the whole beside those of its parts."""
    collection = Collection()
    for _ in range(2):
        gather([case("a", Outcome.PASSED, seconds=0.25), case("b", seconds=1.5)], collection)
    gather([case("a", Outcome.PASSED, seconds=0.5), case("c", Outcome.SKIPPED)], collection)
    report = collection.report("junit")
    assert report is not None
    (counted,) = report.suites
    assert (counted.passed, counted.failed, counted.skipped, counted.seconds) == (2, 1, 1, 2.25)


def test_tests_without_end_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collect, "MOST_TESTS", 3)
    collection = Collection()
    with pytest.raises(Damaged, match="more than 3 tests"):
        gather((case(f"t{number}") for number in range(9)), collection)
    assert len(collection.failures()) == 3


def test_a_late_message_is_quoted_with_what_stands_around_it() -> None:
    lines = [f"line {number}" for number in range(60)]
    (failure,) = collected(case("a", text="\n".join(lines), message="line 50")).failures()
    assert (failure.excerpt[0], failure.excerpt[-1]) == ("line 30", "line 59")


def test_no_more_retried_tests_are_named_than_slow_ones() -> None:
    tries = [case(f"t{number}", Outcome.PASSED) for number in range(MOST_SLOW + 5)]
    failed = [case(f"t{number}") for number in range(MOST_SLOW + 5)]
    assert len(collected(*failed, *tries).retried) == MOST_SLOW


def test_excerpts_are_short_and_grow_shorter() -> None:
    text = "\n".join(f"line {number} " + "x" * 400 for number in range(100))
    failures = collected(*(case(f"t{number}", text=text) for number in range(60))).failures()
    sizes = [len(failure.excerpt) for failure in failures]
    assert sizes[0] <= EXCERPT
    assert sizes[-1] == LEAST
    assert sum(sizes) <= QUOTED + LEAST * len(sizes)
    assert max(len(line) for failure in failures for line in failure.excerpt) == WIDTH


def test_secrets_and_colours_are_gone_and_names_are_cut() -> None:
    (failure,) = collected(
        case(
            "n" * 900,
            message="no\x1b[31m token=abc123secret99\nmore",
            text="\x1b[1mbold\x1b[0m ghp_" + "a" * 30,
        )
    ).failures()
    assert failure.excerpt == ("bold ***",)
    assert "abc123secret99" not in failure.message
    assert "\x1b" not in failure.message
    assert len(failure.tests[0]) == NAME
    assert len(collected(case("a", message="m " * 900)).failures()[0].message) == MESSAGE


@pytest.mark.parametrize(
    ("outcome", "expected"), [(Outcome.FAILED, "a failed"), (Outcome.ERROR, "a ended with an error")]
)
def test_a_failure_without_words_says_how_it_ended(outcome: Outcome, expected: str) -> None:
    assert collected(case("a", outcome)).failures()[0].message == expected
    assert collected(case("", outcome)).failures()[0].tests == ("a test without a name",)


def test_where_no_test_is_told_there_is_no_count() -> None:
    assert collected().report("junit") is None
    remark = Remark(tool="x", cause=Cause.LINT, message="m")
    assert collected(remark, remark).report("junit") is None
    assert len(collected(remark, remark).failures()) == 1


def test_dialects_are_called_as_the_parsers_of_their_logs() -> None:
    """Where the log is gone the fingerprint is made of the same words."""
    assert {dialect.tool for dialect in DIALECTS} <= {parser.name for parser in load_parsers()}


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (case("t", group="org.x.B", maker="surefire"), "org.x.B.t"),
        (case("t()", group="org.x.B", maker="gradle org.x.B"), "B > t()"),
        (case("t", maker="gradle a.B"), "t"),
        (case("harbour \u203a opens", group="e2e/a.spec.ts", maker="e2e/a.spec.ts"), "harbour \u203a opens"),
        (case("opens", group="test", suite="lock"), "lock > opens"),
        (case("opens", group="test", suite=""), "opens"),
        (case("t", group="a.B", maker="trx"), "a.B.t"),
        (case("a.B.t", group="a.B", maker="trx"), "a.B.t"),
        (
            case("is found", group="berth \u203a seven", maker="jest tests"),
            "berth \u203a seven \u203a is found",
        ),
        (case("berth is found", group="berth", maker="jest tests"), "berth is found"),
        (case("t", group="m", maker="test", text="x"), "m::t"),
        (case("t", maker="libtest"), "t"),
        (case("goes up", group="the lift"), "the lift > goes up"),
        (case("t", group="B", maker="Selectest"), "B.t"),
        (case("t", group="Group"), "Group.t"),
        (case("t", maker="pytest"), "t"),
        (case("a.b", maker="pytest"), "a/b.py"),
        (case("t", group="tests.test_a.TestB", maker="pytest"), "tests/test_a.py::TestB::t"),
        (case("t", group="test_a", maker="pytest", path="src/test_a.py"), "src/test_a.py::t"),
        (case("t", group=".", maker="pytest"), "t"),
        (case("t", group="a.b", maker="pytest", text="c.py:1: x"), "a/b.py::t"),
        (case("t", group="tests.test_a", text="tests/test_a.py:3: E"), "tests/test_a.py::t"),
    ],
)
def test_a_test_has_the_name_that_its_tool_prints(one: Case, name: str) -> None:
    assert dialect_of(one).name(one) == name


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (case("t", message="said"), "said"),
        (case("t", text="first\nan assertion failed\n"), "an assertion failed"),
        (case("t", text="\n  first\n"), "first"),
        (case("t", kind="Error"), "Error"),
        (case("t", text="x", maker="vitest tests"), "x"),
        (case("t", text="  1 | TypeError: no\nTypeError: moon", maker="vitest tests"), "TypeError: moon"),
        (case("t", message="m", maker="surefire"), "m"),
        (case("t", text="thread 't' panicked at 'old', src/a.rs:1:2", maker="libtest"), "old"),
        (case("t", text="thread 't' panicked at src/a.rs:1:2:\nnew", maker="libtest"), "new"),
        (case("TestA", text="--- FAIL: TestA\n"), "--- FAIL: TestA"),
        (case("t", text="X::t", maker="phpunit", message="m"), "m"),
        (case("t", text="a.cc:1", maker="gtest", message="m"), "m"),
        (case("t", text="", maker="rspec", message="no", kind="RuntimeError"), "RuntimeError: no"),
        (case("t", text="first", maker="rspec"), "first"),
        (case("t", group="test", message="no"), "no"),
        (
            case("t", text="  [chromium] \n\n    Error: gone\n", group="a.spec.ts", maker="a.spec.ts"),
            "Error: gone",
        ),
    ],
)
def test_a_test_has_the_message_that_its_tool_prints(one: Case, expected: str) -> None:
    assert message(one) == expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (case("t", path="./a.c", line=3), ["a.c:3"]),
        (case("t", path="a.c", line=3, text="b.c:9: no"), ["b.c:9"]),
        (case("t", path="a.c", text="b.c:9: no\na.c:4: no"), ["a.c:4"]),
        (case("t", path="a.c"), []),
        (
            case(
                "t", text="at x (/w/node_modules/y/z.js:1:2)\nat org.junit.A(A.java:1)\n at q (src/q.js:5:1)"
            ),
            ["src/q.js:5"],
        ),
        (case("t", maker="pytest", group="t", text="no place"), []),
        (case("t", maker="libtest", text="src/a.rs:3: no"), ["src/a.rs:3"]),
        (case("TestA", text="--- FAIL: TestA\n\t/w/a_test.go:7 +0x1"), ["/w/a_test.go:7"]),
        (case("t", maker="trx", text="no"), []),
    ],
)
def test_a_test_has_the_place_that_is_its_own(one: Case, expected: list[str]) -> None:
    assert places(one) == expected

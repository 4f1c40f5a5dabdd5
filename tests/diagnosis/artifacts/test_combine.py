"""A log, its artifacts and its annotations become one diagnosis."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.diagnosis.artifacts.combine import MOST_ANNOTATED, combine, merge_reports
from bot.diagnosis.artifacts.matching import best_name, is_same_place, likeness, partners, unite_places
from bot.diagnosis.artifacts.model import ArtifactReading
from bot.diagnosis.model import Cause, Diagnosis, Failure, Location, SlowTest, SuiteReport, SuiteResult
from bot.github.models import Annotation

if TYPE_CHECKING:
    from collections.abc import Sequence


def failure(
    message: str,
    *tests: str,
    at: str = "",
    cause: Cause = Cause.TEST,
    line: int = 0,
) -> Failure:
    """A failure that its message names; with a line it is the log's."""
    path, _, number = at.partition(":")
    return Failure(
        tool="log" if line else "artifact",
        cause=cause,
        message=message,
        excerpt=(f"{message} as the log has it",) if line else (f"{message} as the file has it",),
        line=line,
        tests=tests,
        locations=(Location(path=path, line=int(number)),) if at else (),
        fingerprint=f"{'log' if line else 'file'} {message} {tests}",
        step="Run tests" if line else "",
    )


def joined(
    log: Sequence[Failure], told: Sequence[Failure] = (), annotations: Sequence[Annotation] = ()
) -> list[Failure]:
    reading = ArtifactReading(id=1, name="junit", failures=tuple(told))
    return list(combine(Diagnosis(failures=tuple(log)), [reading], annotations).failures)


def annotation(message: str, at: str = ".github:1", level: str = "failure") -> Annotation:
    path, _, line = at.partition(":")
    return Annotation(path=path, start_line=int(line), end_line=int(line), level=level, message=message)


def messages(failures: Sequence[Failure]) -> list[str]:
    return [one.message for one in failures]


def test_a_failure_that_both_tell_has_the_best_of_each() -> None:
    log = failure("assertion failed", "isFound(org.x.BerthTest)", line=40)
    told = failure("expected 300 but was 400", "org.x.BerthTest.isFound", at="BerthTest.java:12")
    (one,) = joined([log], [told])
    assert (one.message, one.tests, one.locations) == (told.message, told.tests, told.locations)
    assert (one.line, one.step, one.excerpt) == (40, "Run tests", log.excerpt)
    assert one.fingerprint == log.fingerprint


def test_a_message_that_says_nothing_does_not_replace_one_that_does() -> None:
    (one,) = joined([failure("index out of range", "a", line=1)], [failure("Failed", "a")])
    assert one.message == "index out of range"


def test_an_excerpt_that_the_log_lacks_is_taken_from_the_file() -> None:
    log = replace(failure("no", "a", line=1), excerpt=())
    assert joined([log], [failure("no more", "a")])[0].excerpt == ("no more as the file has it",)


def test_tests_that_only_one_of_them_names_stay() -> None:
    log = [failure("only in the log", "b", line=1), failure("both", "a", line=2)]
    assert messages(joined(log, [failure("only in the file", "c"), failure("both", "a")])) == [
        "both",
        "only in the file",
        "only in the log",
    ]


def test_the_same_failure_in_two_files_is_one() -> None:
    told = failure("no", "a")
    assert joined([], [told, told]) == [told]


def test_what_stops_everything_else_stays_in_front() -> None:
    log = [
        failure("does not compile", at="a.c:1", cause=Cause.COMPILE, line=1),
        failure("guessed", cause=Cause.UNKNOWN, line=2),
        failure("a fails", "a", line=3),
    ]
    assert messages(joined(log, [failure("a fails", "a")])) == ["does not compile", "a fails", "guessed"]


def test_tests_of_a_step_that_was_forgiven_do_not_push_in_front_of_the_one_that_failed() -> None:
    """The report is of a step with continue-on-error; the job failed in its linter."""
    log = [failure("unused variable", cause=Cause.LINT, line=9)]
    assert messages(joined(log, [failure("flaky", "a")])) == ["unused variable", "flaky"]


def test_where_the_log_only_guesses_the_file_comes_first() -> None:
    log = [failure("make: *** [test] Error 1", cause=Cause.UNKNOWN, line=9)]
    assert messages(joined(log, [failure("a fails", "a")])) == ["a fails", "make: *** [test] Error 1"]


def test_a_guess_beside_what_a_file_knows_only_distracts() -> None:
    guess = replace(failure("Run make test", line=1), tool="generic")
    assert messages(joined([guess], [failure("a fails", "a")])) == ["a fails"]
    assert joined([guess]) == [guess]


def test_what_only_repeats_a_test_goes() -> None:
    log = [
        failure("expected 300 but was 400", "TestBerth/seven", line=1),
        failure("--- FAIL: TestBerth", "TestBerth", line=2),
        failure("BerthTest.seven:12 expected 300 but was 400", line=3),
        failure("org.x.Berth.seven:12 failed", line=4),
        failure("somewhere", at="berth_test.go:7", line=5),
        failure("another", at="berth_test.go:9", line=6),
    ]
    told = failure("expected 300 but was 400", "TestBerth/seven", at="src/berth_test.go:7")
    other = failure("no water at all", "org.x.Berth.seven")
    assert [one.line for one in joined(log, [told, other])] == [1, 4, 6]


def test_one_finding_of_several_tests_takes_the_files_words_for_all_of_them() -> None:
    log = failure("2 tests failed", "a", "b", line=1)
    (one,) = joined([log], [failure("first thing", "x.a", at="a.c:1"), failure("second", "x.b", at="b.c:2")])
    assert (one.message, one.tests) == ("first thing", ("x.a", "x.b"))
    assert [place.path for place in one.locations] == ["a.c", "b.c"]
    (one,) = joined([log], [failure("first thing", "x.a")])
    assert one.tests == ("a", "b"), "the other one stays named"


def test_linters_files_add_places_where_the_log_tells_of_linting() -> None:
    log = [replace(failure("3 problems", cause=Cause.LINT, line=1), excerpt=("x is unused",))]
    told = [
        failure("x is unused [no-unused]", at="a.js:3", cause=Cause.LINT),
        failure("y is odd [odd]", at="b.js:4", cause=Cause.LINT),
    ]
    first, second = joined(log, told)
    assert [place.path for place in first.locations] == ["a.js"]
    assert second.message == "y is odd [odd]"


def test_a_scanners_file_blames_nobody_where_the_log_knows_better() -> None:
    told = [failure("weak hash [R1]", at="a.py:3", cause=Cause.LINT)]
    assert messages(joined([failure("a fails", "a", line=1)], told)) == ["a fails"]
    assert messages(joined([failure("no route", cause=Cause.INFRASTRUCTURE, line=1)], told)) == ["no route"]
    guess = failure("something", cause=Cause.UNKNOWN, line=1)
    assert messages(joined([guess], told)) == ["weak hash [R1]", "something"]
    assert messages(joined([], told)) == ["weak hash [R1]"]
    near = failure("here", "a", at="a.py:3", line=1)
    assert joined([near], told) == [near], "a test that fails at the place is no lint"


def test_annotations_add_places_and_messages_that_the_log_lacks() -> None:
    log = [failure("TS2304: Cannot find name 'x'", cause=Cause.COMPILE, line=1)]
    found = joined(
        log,
        annotations=[
            annotation("Cannot find name 'x'", at="src/a.ts:3"),
            annotation("Cannot find name 'x'", at="src/a.ts:3"),
            annotation("Cannot find name 'y'", at="src/b.ts:4"),
            annotation("unused", at="src/c.ts:4", level="warning"),
            annotation(""),
            annotation("says no file, and the log knows"),
        ],
    )
    assert messages(found) == ["TS2304: Cannot find name 'x'", "Cannot find name 'y'"]
    assert found[0].locations == (Location(path="src/a.ts", line=3),)


@pytest.mark.parametrize(
    "said",
    [
        "Process completed with exit code 1.",
        "The operation was canceled.",
        "The process '/usr/bin/git' failed with exit code 128",
        "Canceling since a higher priority waiting request for 'ci' exists",
    ],
)
def test_what_the_runner_says_of_every_red_step_is_no_finding(said: str) -> None:
    assert joined([], annotations=[annotation(said)]) == []


def test_with_the_log_gone_the_runners_words_are_told() -> None:
    said = "The hosted runner lost communication with the server."
    gone = Diagnosis(problem="GitHub no longer has the log of this job", step="Run tests")
    both = combine(gone, [], [annotation(said), annotation("x" * 400)])
    assert both.problem == ""
    assert (both.failures[0].cause, both.failures[0].step) == (Cause.INFRASTRUCTURE, "Run tests")
    assert both.failures[0].locations == ()
    assert len(both.failures[1].message) == 300


def test_not_every_annotation_is_told() -> None:
    many = [annotation(f"thing {letter}", at=f"{letter}.c:1") for letter in "abcdefghijklmnop"]
    assert len(joined([failure("no", "t", line=1)], annotations=many)) == MOST_ANNOTATED + 1


def test_secrets_in_annotations_are_masked() -> None:
    (one,) = joined([], annotations=[annotation("denied: password=hunter2hunter2")])
    assert "hunter2" not in one.message


def test_a_file_that_could_not_be_read_is_said_where_nothing_else_is() -> None:
    damaged = ArtifactReading(id=1, name="junit", problems=("the archive is damaged: BadZipFile",))
    quiet = Diagnosis(problem="nothing in the log looks like a failure")
    assert combine(quiet, [damaged]).problem == (
        "nothing in the log looks like a failure; artifact junit: the archive is damaged: BadZipFile"
    )
    known = Diagnosis(failures=(failure("no", line=1),), problem="the x parser failed: KeyError")
    assert combine(known, [damaged]).problem == known.problem


def suite(name: str, passed: int) -> SuiteResult:
    return SuiteResult(name=name, passed=passed)


def test_the_counts_of_files_go_before_those_of_the_log() -> None:
    log = SuiteReport(suites=(suite("log", 3),), slowest=(SlowTest(name="x", seconds=1),))
    assert merge_reports(log, []) is log
    one = SuiteReport(
        suites=(suite("a", 2), suite("b", 2)), source="a", slowest=(SlowTest(name="q", seconds=2),)
    )
    two = SuiteReport(
        suites=(suite("b", 2), suite("c", 1)), source="b", slowest=(SlowTest(name="r", seconds=9),)
    )
    merged = merge_reports(log, [one, two])
    assert merged is not None
    assert merged.suites == (suite("a", 2), suite("b", 2), suite("c", 1)), "a part of the whole counts once"
    assert [test.name for test in merged.slowest] == ["r", "q"]
    assert merged.source == "a, b"


def test_a_file_of_a_few_tests_does_not_make_a_job_incomplete() -> None:
    log = SuiteReport(suites=(suite("log", 30),), slowest=(SlowTest(name="x", seconds=1),))
    few = SuiteReport(suites=(suite("a", 2),), slowest=(SlowTest(name="q", seconds=2),), retried=("mended",))
    kept = merge_reports(log, [few])
    assert kept is not None
    assert (kept.ran, [test.name for test in kept.slowest]) == (30, ["q"])
    assert kept.retried == ("mended",)
    assert merge_reports(log, [replace(few, slowest=(), retried=())]) == log


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a::b", "a::b", 3),
        ("berth \u203a is found", "berth is found", 2),
        ("isFound(org.x.BerthTest)", "org.x.BerthTest.isFound", 2),
        ("BerthTest.isFound", "org.x.BerthTest.isFound", 1),
        ("isFound", "isFound: Error", 1),
        ("a", "b", 0),
        ("", "b", 0),
        ("…", "\u203a", 0),
    ],
)
def test_names_of_one_test_are_told_by_their_words(one: str, other: str, expected: int) -> None:
    assert likeness(one, other) == likeness(other, one) == expected


def test_a_part_of_a_name_counts_only_where_it_is_part_of_one() -> None:
    told = [failure("x", "a.run"), failure("y", "b.run")]
    assert partners(told, [failure("z", "run", line=1)]) == {}
    assert partners(told[:1], [failure("z", "run", line=1)]) == {0: 0}
    twice = [failure("z", "a.run", line=1), failure("z", "a.run", line=2)]
    assert partners([told[0], told[0]], twice) == {0: 0, 1: 1}


@pytest.mark.parametrize(
    ("log", "file", "expected"),
    [
        ("run(a.B)", "a.B.run", "a.B.run"),
        ("berth \u203a is found", "berth is found", "berth \u203a is found"),
        ("B.run", "a.B.run", "a.B.run"),
        ("Pilot waits: Error", "Pilot waits", "Pilot waits"),
        ("a.B.run", "B.run", "a.B.run"),
    ],
)
def test_the_fuller_name_without_foreign_words_is_shown(log: str, file: str, expected: str) -> None:
    assert best_name(log, file) == expected


def test_a_place_is_one_though_a_path_leaves_folders_out() -> None:
    short, long = Location(path="a.c", line=1), Location(path="/w/src/a.c", line=1)
    assert is_same_place(short, long)
    assert not is_same_place(short, Location(path="aa.c", line=1))
    assert not is_same_place(short, Location(path="a.c", line=2))
    assert not is_same_place(Location(path="", line=1), long)
    assert unite_places([long], [short]) == (short,), "an absolute path is none of the repository"
    assert unite_places([short], [long]) == (short,)
    far = [Location(path="a.c", line=number) for number in range(9)]
    assert unite_places(far, []) == tuple(far[:4])

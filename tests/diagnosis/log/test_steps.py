from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.diagnosis.log.logs import Log, assemble
from bot.diagnosis.log.scan import Scanner
from bot.diagnosis.log.steps import Fate, step_that_failed
from bot.github.models import Conclusion
from bot.github.run_models import Step

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
OK, BAD, SKIPPED = Conclusion.SUCCESS, Conclusion.FAILURE, Conclusion.SKIPPED


def step(number: int, name: str, begins: int, ends: int | None, conclusion: Conclusion | None = OK) -> Step:
    return Step(
        number=number,
        name=name,
        status="completed",
        conclusion=conclusion,
        started_at=NOON + timedelta(seconds=begins),
        completed_at=None if ends is None else NOON + timedelta(seconds=ends),
    )


def log_of(*lines: tuple[float, str], steps: tuple[Step, ...]) -> Log:
    scanner = Scanner(())
    for seconds, text in lines:
        at = NOON + timedelta(seconds=seconds)
        scanner.feed(f"{at.strftime('%Y-%m-%dT%H:%M:%S.%f')}0Z {text}\n".encode())
    regions, total = scanner.finish()
    return assemble(regions, total, steps=steps)


def joined(log: Log) -> list[tuple[int, int]]:
    return [(line.step_number, line.step_line) for line in log.lines]


STEPS = (
    step(1, "Set up job", 0, 2),
    step(2, "Check out", 2, 3),
    step(3, "Lint", 3, 5),
    step(4, "Deploy preview", 5, 5, SKIPPED),
    step(5, "All tests", 5, 9, BAD),
    step(6, "Report", 9, 9),
    step(12, "Post Check out", 9, 10),
    step(13, "Complete job", 10, 10),
)
LINES = (
    (0.1, "Current runner version: '2.328.0'"),
    (1.9, "Prepare all required actions"),
    (2.2, "##[group]Run actions/checkout@v5"),
    (2.3, "##[endgroup]"),
    (2.9, "Syncing repository"),
    (3.0, "##[group]Run make lint"),
    (3.1, "make lint"),
    (3.2, "##[endgroup]"),
    (4.8, "boat.py:3:1: E302 too few sails"),
    (4.9, "##[error]Process completed with exit code 1."),
    (5.0, "##[group]Run make test"),
    (5.1, "##[endgroup]"),
    (8.8, "FAILED tests/test_hull.py::test_floats"),
    (8.9, "##[error]Process completed with exit code 2."),
    (9.1, "##[group]Run ./report"),
    (9.2, "##[error]Process completed with exit code 3."),
    (9.4, "Post job cleanup."),
    (9.9, "[command]/usr/bin/git version"),
    (10.2, "Cleaning up orphan processes"),
)


def test_every_line_knows_its_step_and_its_line_within_it() -> None:
    """Steps with a name of their own are told by their times, and line 1 of each is its header."""
    log = log_of(*LINES, steps=STEPS)

    assert joined(log) == [
        *((1, n) for n in (1, 2)),
        *((2, n) for n in (1, 2, 3)),
        *((3, n) for n in (1, 2, 3, 4, 5)),
        *((5, n) for n in (1, 2, 3, 4)),
        *((6, n) for n in (1, 2)),
        *((12, n) for n in (1, 2)),
        (13, 1),
    ]
    assert log.lines[8].step == "Lint"


def test_the_failed_step_is_the_one_that_was_not_forgiven() -> None:
    """GitHub calls a step that may fail a success; the log says its exit code all the same."""
    log = log_of(*LINES, steps=STEPS)

    assert log.failed_step == "All tests"
    assert (log.lines[log.begin].text, log.exit) == ("Run make test", 13)
    fates = {line.step: line.fate for line in log.lines}
    assert fates["Lint"] is Fate.PASSED
    assert fates["All tests"] is Fate.FAILED
    assert fates["Report"] is fates["Post Check out"] is fates["Complete job"] is Fate.AFTER


def test_of_several_failed_steps_the_first_counts() -> None:
    steps = (*STEPS[:5], step(6, "Report", 9, 9, BAD), *STEPS[6:])

    log = log_of(*LINES, steps=steps)

    assert log.failed_step == "All tests"
    assert [line.fate for line in log.lines if line.step == "Report"] == [Fate.FAILED] * 2


def test_a_cancelled_step_is_the_failed_one_where_none_is_red() -> None:
    assert step_that_failed(STEPS) == STEPS[4]
    assert step_that_failed(STEPS[:3]) is None
    assert step_that_failed((*STEPS[:3], step(4, "Wait", 5, 6, Conclusion.CANCELLED))) is not None


def test_where_no_step_failed_all_passed() -> None:
    """The runner was lost, or the job's clean-up failed."""
    log = log_of(*LINES[:5], steps=(*STEPS[:2], step(3, "Lint", 3, None, None)))

    assert {line.fate for line in log.lines} == {Fate.PASSED}
    assert log.failed_step == ""


@pytest.mark.parametrize(
    "names", [("Set up Go", "Cache"), ("Run actions/setup-go@v2", "Run actions/cache@v3")]
)
@pytest.mark.parametrize("here", [".", "$"])  # `$/`: of the workflow's own commit
def test_headers_within_a_composite_action_begin_no_step(names: tuple[str, str], here: str) -> None:
    """All of it happens in one second, as GitHub tells the time."""
    steps = (
        step(1, "Set up job", 0, 1),
        step(2, "Which version", 1, 2),
        step(3, names[0], 2, 2),
        step(4, names[1], 2, 10),
        step(5, "Run go test ./...", 10, 20, BAD),
    )

    log = log_of(
        (0.5, "Current runner version: '2.328.0'"),
        (1.9, f"##[group]Run {here}/.github/actions/go-version"),
        (2.002, '##[group]Run echo "Building with Go $(cat .go-version)"'),
        (2.04, "##[group]Run actions/setup-go@v2"),
        (2.5, "##[group]Run actions/cache@v3"),
        (10.8, "##[group]Run go test ./..."),
        (19.6, "##[error]Process completed with exit code 1."),
        steps=steps,
    )

    assert [line.step_number for line in log.lines] == [1, 2, 2, 3, 4, 5, 5]


def test_nested_headers_stay_in_their_step_while_its_time_lasts() -> None:
    steps = (step(1, "Set up job", 0, 1), step(2, "Install", 1, 9), step(3, "Test", 9, 12, BAD))

    log = log_of(
        (0.5, "hello"),
        (1.2, "##[group]Run octo/install@v1"),
        (3.2, "##[group]Run apt-get install keel"),
        (6.2, "##[group]Run npm ci"),
        (9.0, "##[group]Run npm test"),
        (11.9, "##[error]The process '/usr/bin/npm' failed with exit code 1"),
        (11.95, "a word after it"),
        steps=steps,
    )

    assert joined(log) == [(1, 1), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (3, 3)]
    assert log.exit == 5, "the last error of the failed step, where it says no exit code"


def test_a_step_without_errors_ends_at_its_last_line() -> None:
    steps = (step(1, "Set up job", 0, 1), step(2, "Test", 1, 4, BAD), step(3, "Complete job", 4, 5))

    log = log_of(
        (0.5, "x"), (1.1, "##[group]Run a"), (3.0, "gone"), (5.0, "Cleaning up orphan processes"), steps=steps
    )

    assert log.lines[log.exit].text == "gone"


def test_late_output_stays_with_the_step_before_a_header() -> None:
    steps = (step(1, "Set up job", 0, 1), step(2, "Build", 1, 4), step(3, "Test", 5, 9, BAD))

    log = log_of(
        (0.5, "x"),
        (1.1, "##[group]Run make"),
        (5.01, "the last word of make"),
        (5.1, "##[group]Run make test"),
        (7.0, "boom"),
        steps=steps,
    )

    assert [line.step_number for line in log.lines] == [1, 2, 2, 3, 3]


def test_steps_that_show_no_header_begin_with_their_time() -> None:
    steps = (
        step(1, "Set up job", 0, 1),
        step(2, "Initialize containers", 1, 5, BAD),
        step(3, "Complete job", 7, 8),
    )

    log = log_of(
        (0.5, "x"),
        (1.5, "still setting up"),
        (2.5, "##[command]/usr/bin/docker pull boat"),
        (4.5, "##[error]Docker pull failed with exit code 1"),
        (8.9, "later than everything"),
        steps=steps,
    )

    assert [line.step_number for line in log.lines] == [1, 1, 2, 2, 3]
    assert log.failed_step == "Initialize containers"


def test_lines_left_out_leave_the_first_line_unknown() -> None:
    """Where the first line of a step was not kept, no number within it is said."""
    quiet = [(1.0, "x" * 200)] * 4_000
    steps = (step(1, "Set up job", 0, 1), step(2, "Initialize containers", 2, 9, BAD))

    log = log_of((0, "x"), *quiet, *((2.0, text) for _, text in quiet), (8.0, "the error"), steps=steps)

    last = log.lines[-1]
    assert (last.step_number, last.step_line) == (2, 0)


@pytest.mark.parametrize("stamp", ["", "2027-01-01T00:00:00.0000000Z ", "2020-01-01T00:00:00.0000000Z "])
def test_a_log_of_no_or_of_other_times_goes_by_its_headers(stamp: str) -> None:
    scanner = Scanner(())
    lines = ("##[group]Run make", "boom", "##[error]Process completed with exit code 1.")
    scanner.feed("".join(f"{stamp}{line}\n" for line in lines).encode())
    regions, total = scanner.finish()

    log = assemble(regions, total, steps=(step(1, "Set up job", 0, 1), step(2, "Run make", 1, 2, BAD)))

    assert [line.step for line in log.lines] == ["Run make"] * 3
    assert assemble((), 0, steps=STEPS).lines == ()


def test_steps_without_times_go_by_their_names() -> None:
    steps = (Step(number=4, name="Run make", status="completed", conclusion=BAD),)
    scanner = Scanner(())
    for name in ("lint", "make"):
        scanner.feed(f"##[group]Run {name}\n##[error]Process completed with exit code 1.\n".encode())
    regions, total = scanner.finish()

    assert assemble(regions, total, steps=steps).exit == 3


def test_a_header_that_comes_late_begins_its_step() -> None:
    steps = (step(1, "Set up job", 0, 1), step(2, "Build", 1, 4), step(3, "Test", 5, 9, BAD))

    log = log_of(
        (0.5, "x"), (1.1, "##[group]Run make"), (6.0, "odd"), (6.1, "##[group]Run b"), (7.0, "c"), steps=steps
    )

    assert joined(log) == [(1, 1), (2, 1), (3, 1), (3, 1), (3, 2)]


COMPOSITE = (
    (0.5, "Current runner version: '2.335.0'"),
    (1.2, "##[group]Run octo/toolchain@v1"),
    (1.3, "##[start-action display=Parse;id=__octo_toolchain.__run]"),
    (1.4, "##[group]Run parse"),
    (1.5, "##[error]Process completed with exit code 1."),
    (1.6, "##[end-action id=__octo_toolchain.__run;outcome=failure;conclusion=success;duration_ms=12]"),
    (1.7, "##[group]Run cargo test"),
    (8.0, "##[error]Process completed with exit code 101."),
    (8.1, "Post job cleanup."),
)


def test_the_runner_marks_the_steps_of_a_composite_action() -> None:
    """What is marked as one of them begins no step of the job, however the times fall."""
    steps = (step(1, "Set up job", 0, 1), step(2, "Toolchain", 1, 1), step(3, "Test", 1, 8, BAD))

    with_times, without = log_of(*COMPOSITE, steps=steps), log_of(*COMPOSITE, steps=())

    assert [line.step_number for line in with_times.lines] == [1, 2, 2, 2, 2, 2, 3, 3, 3]
    assert [line.step for line in without.lines][1:8] == [
        *["Run octo/toolchain@v1"] * 5,
        *["Run cargo test"] * 2,
    ]
    assert with_times.lines[2].command == "start-action"


def test_marked_steps_of_a_local_action_hide_no_step_of_the_job() -> None:
    steps = (step(1, "Set up job", 0, 1), step(2, "Version", 1, 2), step(3, "Test", 2, 8, BAD))

    log = log_of(
        (0.5, "x"),
        (1.2, "##[group]Run ./.github/actions/version"),
        (2.0, "##[start-action display=Print;id=__version.__run]"),
        (2.1, "##[group]Run echo"),
        (2.2, "##[end-action id=__version.__run;outcome=success;conclusion=success;duration_ms=12]"),
        (2.3, "##[group]Run cargo test"),
        steps=steps,
    )

    assert [line.step_number for line in log.lines] == [1, 2, 2, 2, 2, 3]

from __future__ import annotations

from bot.diagnosis.reader import LogReader
from bot.github.models import Conclusion
from bot.github.run_models import Step
from tests.support.diagnosis import NOON

STAMP = "2026-03-01T12:00:0{0}.5000000Z "
OK, BAD = Conclusion.SUCCESS, Conclusion.FAILURE
LOG = (
    (0, "Current runner version: '2.335.0'"),
    (1, "##[group]Run flake8"),
    (1, "##[endgroup]"),
    (1, "hull.py:3:1: E302 expected 2 blank lines, found 1"),
    (1, "##[error]Process completed with exit code 1."),
    (2, "##[group]Run ./launch"),
    (2, "##[endgroup]"),
    (3, "the sail does not fit the mast"),
    (3, "##[error]Process completed with exit code 3."),
    (4, "##[group]Run pytest report"),
    (4, "##[endgroup]"),
    (4, "FAILED tests/test_keel.py::test_floats - AssertionError: sinks"),
    (4, "##[error]Process completed with exit code 1."),
)


def steps(*conclusions: Conclusion) -> tuple[Step, ...]:
    names = ("Set up job", "Lint", "Launch", "Report")
    return tuple(
        Step(
            number=number + 1,
            name=name,
            status="completed",
            conclusion=conclusion,
            started_at=NOON.replace(second=number),
            completed_at=NOON.replace(second=number + 1),
        )
        for number, (name, conclusion) in enumerate(zip(names, conclusions, strict=True))
    )


def told(*conclusions: Conclusion) -> tuple[str, list[str]]:
    reader = LogReader(steps=steps(*conclusions))
    reader.feed("".join(f"{STAMP.format(second)}{text}\n" for second, text in LOG).encode())
    diagnosis = reader.finish()
    return diagnosis.step, [failure.step for failure in diagnosis.failures]


def test_what_was_forgiven_and_what_came_after_is_not_the_failure() -> None:
    """A linter that may fail fails first and a report last; the step between has no parser, but it failed."""
    step, failures = told(OK, OK, BAD, OK)

    assert step == "Launch"
    assert set(failures) == {"Launch"}


def test_the_first_of_two_failed_steps_is_the_failure() -> None:
    assert told(OK, BAD, OK, BAD)[0] == "Lint"
    assert told(OK, OK, OK, BAD) == ("Report", ["Report"])

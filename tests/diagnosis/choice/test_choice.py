"""Whole logs with something in them that looks like the failure and is not."""

from __future__ import annotations

import pytest

from bot.diagnosis.choice.ranking import EXCERPT
from bot.diagnosis.model import Cause, Diagnosis
from bot.diagnosis.reader import GreenLogReader, LogReader
from bot.diagnosis.report import diagnose_stream
from tests.support.samples import SAMPLES, sample_logs

EXIT = "##[error]Process completed with exit code 2."


def step(command: str, *lines: str) -> tuple[str, ...]:
    return (f"##[group]Run {command}", command, "##[endgroup]", *lines)


def read(*lines: str, failed_step: str | None = None) -> Diagnosis:
    reader = LogReader(failed_step=failed_step)
    reader.feed(("\n".join(lines) + "\n").encode())
    return reader.finish()


def quoted(diagnosis: Diagnosis) -> str:
    return "\n".join(text for failure in diagnosis.failures for text in failure.excerpt)


GCC = (
    "src/hull.c: In function 'keel':",
    "src/hull.c:12:5: error: 'mast' undeclared (first use in this function)",
    "   12 |     mast(3);",
    "      |     ^~~~",
)


def test_the_compiler_goes_before_the_linker_and_before_make() -> None:
    """Root before consequence: the first compiler error, and make's tail never as the failure."""
    diagnosis = read(
        *step("make", "cc -c src/hull.c", *GCC),
        "make: *** [Makefile:7: hull.o] Error 1",
        "/usr/bin/ld: main.o: in function `main':",
        "main.c:(.text+0x5): undefined reference to `keel'",
        "collect2: error: ld returned 1 exit status",
        "make: *** [Makefile:3: all] Error 2",
        EXIT,
    )

    assert diagnosis.failures[0].cause is Cause.COMPILE
    assert "'mast' undeclared" in diagnosis.failures[0].message
    assert [(place.path, place.line) for place in diagnosis.failures[0].locations] == [("src/hull.c", 12)]


PYTEST = (
    "============================= test session starts ==============================",
    "collected 3 items",
    "",
    "tests/test_mast.py .FX                                                   [100%]",
    "",
    "=================================== FAILURES ===================================",
    "__________________________________ test_mast ___________________________________",
    "",
    "    def test_mast():",
    ">       assert length() == 12",
    "E       assert 11 == 12",
    "E        +  where 11 = length()",
    "",
    "tests/test_mast.py:7: AssertionError",
    "=========================== short test summary info ============================",
    "XFAIL tests/test_mast.py::test_sail - the sail is known to be torn",
    "FAILED tests/test_mast.py::test_mast - assert 11 == 12",
    "=================== 1 failed, 1 passed, 1 xfailed in 0.12s ====================",
)


def test_an_expected_failure_is_none() -> None:
    """What was marked as expected to fail is not named."""
    diagnosis = read(*step("pytest", *PYTEST), EXIT)

    assert [failure.tests for failure in diagnosis.failures] == [("tests/test_mast.py::test_mast",)]
    assert "assert 11 == 12" in quoted(diagnosis)


def test_a_step_that_was_allowed_to_fail_is_not_the_failure() -> None:
    """With the failed step known by name, an earlier step that was forgiven is passed over."""
    diagnosis = read(
        *step("cc -c src/hull.c", *GCC, "##[error]Process completed with exit code 1."),
        *step("pytest", *PYTEST, EXIT),
        failed_step="Run pytest",
    )

    assert {failure.tool for failure in diagnosis.failures} == {"pytest"}


def test_a_warning_is_not_the_failure() -> None:
    """Warnings beside an error are not told as failures."""
    warning = "src/rig.c:3:9: warning: unused variable 'rope' [-Wunused-variable]"

    diagnosis = read(*step("make", warning, *GCC, warning.replace("3:9", "8:9")), EXIT)

    assert all("unused variable" not in failure.message for failure in diagnosis.failures)
    assert "'mast' undeclared" in diagnosis.failures[0].message


def test_a_retry_that_passed_is_not_the_failure() -> None:
    """A download that failed and was fetched again is behind what really failed."""
    diagnosis = read(
        *step(
            "make",
            "Warning: download of rope.tar.gz failed, retrying in 3 seconds (attempt 1 of 3)",
            "rope.tar.gz: downloaded",
            *GCC,
        ),
        EXIT,
    )

    assert "'mast' undeclared" in diagnosis.failures[0].message
    assert all("retrying" not in failure.message for failure in diagnosis.failures)


NOISE = tuple(
    line
    for number in range(40)
    for line in (f"rigging part {number}", f"ERROR: rope {number} frayed, FAILED to splice: using the spare")
)
ROOT = ("the hull does not float: FATAL leak at frame 7", "  water came in below the keel")


def _benign() -> bytes:
    return "\n".join(step("./sail", *NOISE, "done")).encode() + b"\n"


def test_green_logs_take_their_noise_out_of_the_quote() -> None:
    """Lines that green logs of the workflow have are less likely the failure than those only the red one has."""
    learner = GreenLogReader()
    learner.feed(_benign())
    known = learner.finish().known
    red = ("\n".join((*step("./sail", *NOISE[:20], *ROOT, *NOISE[20:]), EXIT)) + "\n").encode()
    shares = []
    for what in (None, known):
        reader = LogReader(known=what)
        reader.feed(red)
        text = [line for failure in reader.finish().failures for line in failure.excerpt]
        shares.append(sum(line in ROOT for line in text) / max(1, len(text)))

    assert shares[1] > shares[0]


@pytest.mark.parametrize("log", sample_logs()[::7], ids=lambda log: f"{log.parent.name}/{log.stem}")
def test_of_every_sample_something_short_is_quoted(log: object) -> None:
    """What was learned never silences a parser: each failure that is told is shown, in the log's order."""
    with log.open("rb") as stream:  # type: ignore[attr-defined]
        diagnosis = diagnose_stream(stream)

    assert diagnosis.failures
    assert all(1 <= len(failure.excerpt) <= EXCERPT for failure in diagnosis.failures)


def test_the_diagnosis_is_the_same_every_time() -> None:
    """The same log gives the same diagnosis."""
    log = (SAMPLES / "generic" / "words.log").read_bytes()
    readers = (LogReader(), LogReader())
    for reader in readers:
        reader.feed(log)

    assert readers[0].finish() == readers[1].finish()

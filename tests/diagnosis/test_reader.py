from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.diagnosis.choice.quoting import WIDTH
from bot.diagnosis.choice.ranking import EXCERPT, LEAST
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser
from bot.diagnosis.reader import LogReader, diagnose, load_parsers
from bot.github.models import Conclusion
from bot.github.run_models import Step
from tests.support.samples import SAMPLES, sample_logs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

HEADER = b"##[group]Run cargo test\ncargo test\n##[endgroup]\n"
EXIT = b"##[error]Process completed with exit code 101.\n"


def parser(name: str, *findings: Finding) -> LogParser:
    return LogParser(name=name, signs=(), read=lambda _: findings)


def read(log: bytes, *parsers: LogParser) -> LogReader:
    reader = LogReader(parsers=parsers, whole=True)
    reader.feed(log)
    return reader


def test_a_crashing_parser_costs_only_its_own_findings() -> None:
    def crash(_: Log) -> Iterator[Finding]:
        raise KeyError("keel")

    broken = LogParser(name="broken", signs=("no",), read=crash)
    good = parser("good", Finding(cause=Cause.TEST, message="m", places=(0,)))

    diagnosis = read(b"no wind\n", broken, good).finish()

    assert [failure.tool for failure in diagnosis.failures] == ["good"]
    assert diagnosis.problem == "the broken parser failed: KeyError"


def test_a_parser_without_its_signs_is_not_asked() -> None:
    def crash(_: Log) -> Iterator[Finding]:
        raise AssertionError

    assert read(b"calm\n", LogParser(name="x", signs=("storm",), read=crash)).finish().failures == ()


def test_a_sign_may_be_the_runners_own_mark() -> None:
    finding = Finding(cause=Cause.TEST, message="m", places=(0,))

    reader = read(b"##[error]calm\n", LogParser(name="x", signs=("##[error]",), read=lambda _: (finding,)))

    assert len(reader.finish().failures) == 1


def test_a_log_that_tells_nothing_says_so() -> None:
    diagnosis = read(b"calm\nseas\n").finish()

    assert diagnosis.problem == "nothing in the log looks like a failure"
    assert diagnosis.lines_read == 2


def test_an_empty_log_is_no_crash() -> None:
    assert diagnose(()).failures == ()
    assert diagnose((b"",)).lines_read == 0


def test_findings_of_the_failed_step_go_before_all_others() -> None:
    log = b"##[group]Run setup\nerror: setup\n" + HEADER + b"error: test\n" + EXIT + b"error: later\n"
    parsers = (parser("p", *(Finding(cause=Cause.COMPILE, message=str(i), places=(i,)) for i in (1, 5, 7))),)

    assert [failure.message for failure in read(log, *parsers).finish().failures] == ["5"]


def test_the_failed_step_given_from_outside_wins() -> None:
    reader = LogReader(failed_step="Test the hull")
    reader.feed(HEADER + EXIT)

    assert reader.finish().step == "Test the hull"


def test_what_an_action_says_on_its_way_out_is_quoted() -> None:
    """An action may end with nothing but what went wrong, where only GitHub's list tells which step failed."""
    log = SAMPLES / "generic" / "action-exit.log"
    began, ended = (datetime(2026, 3, 9, 8, 30, seconds, tzinfo=UTC) for seconds in (12, 13))
    failed = Step(
        number=1,
        name="Take the keys",
        status="completed",
        conclusion=Conclusion.FAILURE,
        started_at=began,
        completed_at=ended,
    )
    reader = LogReader(steps=(failed,), whole=True)
    reader.feed(log.read_bytes())

    (failure,) = reader.finish().failures
    assert failure.excerpt[-1] == "The keys were not handed over: office closed"


def test_the_step_of_the_failure_serves_where_no_exit_is_announced() -> None:
    finding = Finding(cause=Cause.TEST, message="m", places=(3,))

    assert read(HEADER + b"broken\n", parser("p", finding)).finish().step == "Run cargo test"


def test_the_excerpt_is_short_clean_and_without_secrets() -> None:
    token = "ghp_" + "aB3d" * 9
    log = f"\x1b[31mtoken {token}\x1b[0m\n{'x' * 1000}\n".encode() + b"more\n" * 100
    finding = Finding(
        cause=Cause.TEST, message=f"m {token}\nn", places=tuple(range(90)), tests=(f"t {token}", "u", "u")
    )

    failure = read(log, parser("p", finding)).finish().failures[0]

    assert failure.excerpt[0] == "token ***"
    assert len(failure.excerpt) == EXCERPT
    assert max(len(line) for line in failure.excerpt) == WIDTH
    assert failure.message == "m *** n"
    assert failure.tests == ("t ***", "u")


def test_a_finding_without_places_quotes_nothing() -> None:
    failure = (
        read(b"calm\n", parser("p", Finding(cause=Cause.TEST, message="m", places=()))).finish().failures[0]
    )

    assert (failure.excerpt, failure.line, failure.step) == ((), 0, "")


def test_two_failures_differ_in_their_fingerprints() -> None:
    findings = (
        Finding(cause=Cause.TEST, message="a", places=(0,)),
        Finding(cause=Cause.TEST, message="b", places=(1,)),
    )

    first, second = read(b"a\nb\n", parser("p", *findings)).finish().failures

    assert first.fingerprint != second.fingerprint


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_the_diagnosis_does_not_depend_on_how_the_log_arrives(size: int) -> None:
    data = (SAMPLES / "cargo_test" / "rust-test-slab.log").read_bytes()

    assert diagnose(data[i : i + size] for i in range(0, len(data), size)) == diagnose((data,))


PIECES = [
    b"error: ",
    b"##[error]",
    b"##[group]Run x\n",
    b"##[endgroup]\n",
    b"\x1b[31m",
    b"---- x stdout ----\n",
    b"```\n",
    b"\xff\xfe",
    b"thread 'x' panicked at a.rs:1:2:\n",
    b"FAILED a.py::b - c\n",
    b"=== FAILURES ===\n",
    b"___ x ___\n",
    b"E   x\n",
    b"\r",
    b"\n",
    b" ",
    b"not ok 1\n",
    b"--- FAIL: x\n",
    b"Traceback (most recent call last):\n",
    b'  File "a", line 1\n',
    b"ValueError: x\n",
    b"[ERROR] a.java:[1,2] x\n",
    b"1) x\n",
    b"failing\n",
    b"Crate:  x\n",
    b"ID: RUSTSEC-1\n",
    b"Diff in a:1:\n",
    b"-x\n+y\n",
    b"exited with 1.\n",
    b'The command "x" exited with 1.\n',
    b"\xe2\x97\x8f x\n",
    b"FAIL  x.ts > y\n",
    b"error[E0001]: x\n",
    b" --> a.rs:1:1\n",
]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=12), max_size=60))
def test_no_log_makes_a_parser_crash(pieces: list[bytes]) -> None:
    diagnosis = diagnose(pieces)

    assert "parser failed" not in diagnosis.problem
    assert all(len(failure.excerpt) <= EXCERPT for failure in diagnosis.failures)


@pytest.mark.parametrize(
    "log",
    [
        b"a" * 3_000_000,
        b"error: " * 400_000,
        b"##[group]Run x\n" * 60_000,
        b"\x1b[31m" * 300_000 + b"\n",
        b"(((((((((((((((((((((((a/a/a/a/a.a:1" * 30_000,
        b"FAIL: a b c d e f (((( \n" * 60_000,
        b"error: " + b"a:" * 1_000_000,
        bytes(range(256)) * 8_000,
        b"  at a.b.c(d.e:1)\n" * 100_000,
        b"\r" * 1_000_000,
    ],
    ids=[
        "long line",
        "words",
        "steps",
        "colours",
        "nesting",
        "tests",
        "colons",
        "binary",
        "trace",
        "returns",
    ],
)
def test_a_hostile_log_is_read_in_time(log: bytes) -> None:
    """The suite's time-out fails what a pattern of more than linear cost would need."""
    assert "parser failed" not in diagnose((log,)).problem


def test_every_sample_survives_being_cut_anywhere() -> None:
    for path in sample_logs():
        data = path.read_bytes()
        for part in (data[: len(data) // 2], data[len(data) // 3 :]):
            assert "parser failed" not in diagnose((part,)).problem


def test_parsers_are_loaded_once_and_in_order() -> None:
    assert load_parsers() is load_parsers()
    names = [item.name for item in load_parsers()]
    assert names.index("actions") < names.index("cargo") < names.index("rustc")


def test_of_very_many_failures_the_later_are_quoted_short() -> None:
    findings = tuple(
        Finding(cause=Cause.TEST, message=str(number), places=tuple(range(40 * number, 40 * number + 40)))
        for number in range(30)
    )

    failures = read(b"x\n" * 2000, parser("p", *findings)).finish().failures

    assert len(failures) == 30
    assert [len(failures[0].excerpt), len(failures[-1].excerpt)] == [EXCERPT, LEAST]

from __future__ import annotations

import gzip
import io
import json

import pytest

from bot.diagnosis.model import Cause, Diagnosis
from bot.diagnosis.report import CHUNK, CLASSES, chunks, diagnose_stream, log_id, prediction, summary
from tests.support.diagnosis import FAILURE, failure
from tests.support.samples import SAMPLES

SAMPLE = (SAMPLES / "cargo_test" / "rust-test-slab.log").read_bytes()


def read(data: bytes) -> bytes:
    return b"".join(chunks(io.BytesIO(data)))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.log", "a"),
        ("/x/y/a.log.gz", "a"),
        ("a.gz", "a"),
        ("a.txt", "a.txt"),
        ("-", "-"),
        ("a.log.log", "a.log"),
    ],
)
def test_a_log_is_named_by_its_file(name: str, expected: str) -> None:
    assert log_id(name) == expected


@pytest.mark.parametrize("data", [b"", b"a", b"\x1f", SAMPLE, b"x" * (3 * CHUNK + 1)])
def test_plain_and_gzip_read_the_same(data: bytes) -> None:
    assert read(data) == data
    assert read(gzip.compress(data)) == data


def test_gzip_files_laid_end_to_end_are_one_log() -> None:
    assert read(gzip.compress(b"one\n") + gzip.compress(b"two\n")) == b"one\ntwo\n"


def test_a_gzip_file_cut_short_is_read_as_far_as_it_goes() -> None:
    data = gzip.compress(SAMPLE)

    diagnosis = diagnose_stream(io.BytesIO(data[: len(data) - 200]))

    assert "damaged or cut off" in diagnosis.problem
    assert diagnosis.lines_read > 10


def test_a_gzip_file_with_a_broken_end_is_read_up_to_it() -> None:
    diagnosis = diagnose_stream(io.BytesIO(gzip.compress(SAMPLE) + b"garbage"))

    assert "damaged or cut off" in diagnosis.problem
    assert len(diagnosis.failures) == 3


def test_a_small_file_cannot_inflate_into_one_huge_chunk() -> None:
    bomb = gzip.compress(b"\0" * 8_000_000)

    assert max(len(chunk) for chunk in chunks(io.BytesIO(bomb))) <= CHUNK


def test_a_prediction_has_the_form_of_the_labelled_logs() -> None:
    diagnosis = Diagnosis(failures=(FAILURE, failure("other")), step="Run cargo test", lines_read=9)

    said = prediction("a", diagnosis)

    assert said["id"] == "a"
    assert said["tests"] == ["hull::tests::floats"]
    assert said["locations"] == ["src/hull.rs:73"]
    assert said["cause"] == "test_failure"
    assert said["step"] == "Run cargo test"
    assert said["lines"] == [*FAILURE.excerpt, *FAILURE.excerpt]
    assert json.loads(json.dumps(said)) == said


def test_a_prediction_without_failures_names_no_cause_of_its_own() -> None:
    assert prediction("a", Diagnosis())["cause"] == "other"


def test_every_cause_has_a_class() -> None:
    assert set(CLASSES) == set(Cause)


def test_the_summary_is_for_reading_in_a_terminal() -> None:
    assert summary("a.log", diagnose_stream(io.BytesIO(SAMPLE))).splitlines()[:6] == [
        "a.log: 3 failure(s), 90 lines read",
        "  step: Run cargo test --test slab",
        "",
        "  test (cargo test), log line 63: assertion failed: !slab.contains(key)",
        "    test: insert_get_remove_one",
        "    at: tests/slab.rs:20",
    ]
    assert summary("a", Diagnosis(problem="gone")) == "a: 0 failure(s), 0 lines read\n  note: gone"

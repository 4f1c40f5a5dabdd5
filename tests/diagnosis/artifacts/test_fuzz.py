"""Whatever an artifact holds, reading it ends, names a problem or a failure, and never raises."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.artifacts.collect import EXCERPT, MESSAGE, MOST, NAME, WIDTH
from bot.diagnosis.artifacts.combine import combine
from bot.diagnosis.artifacts.matching import likeness
from bot.diagnosis.artifacts.model import ArtifactReading
from bot.diagnosis.model import Diagnosis
from tests.support.artifacts import SAMPLES, contents_of, report_of, zipped

REPORTS = [report_of(folder.name).read_bytes() for folder in sorted(SAMPLES.iterdir()) if folder.is_dir()]
SPLICES = st.tuples(st.integers(0, 20_000), st.integers(0, 400), st.binary(max_size=40))
HOSTILE = st.sampled_from(
    [
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
        b"&a;",
        b"<![CDATA[",
        b"]]>",
        b"</testcase>",
        b"<testcase>",
        b"<testsuite>",
        b'"locations":null',
        b"\xff\xfe",
        b"\x00",
        b"-1",
        b"1e999",
        b"9" * 30,
        b"\x1b[31m",
        b"@everyone <!-- -->",
        b"ghp_0123456789012345678901234567890123",
    ]
)


def check(content: bytes) -> None:
    contents = contents_of(content)
    failures = contents.failures()
    assert len(failures) <= 2 * MOST
    for failure in failures:
        assert len(failure.message) <= MESSAGE
        assert len(failure.excerpt) <= EXCERPT
        assert all(len(line) <= WIDTH and "\x1b" not in line for line in failure.excerpt)
        assert all(len(test) <= NAME for test in failure.tests)
        assert "ghp_0123456789" not in repr(failure)
    reading = ArtifactReading(
        id=1, name="x", failures=failures, report=contents.report("x"), problems=tuple(contents.problems)
    )
    encoded = msgspec.json.encode(reading)
    assert msgspec.json.decode(encoded, type=ArtifactReading) == reading
    combine(Diagnosis(failures=failures[:3]), [reading])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(REPORTS), st.lists(st.tuples(SPLICES, HOSTILE), max_size=4))
def test_a_report_with_anything_in_it(
    report: bytes, splices: list[tuple[tuple[int, int, bytes], bytes]]
) -> None:
    for (start, length, content), hostile in splices:
        at = start % (len(report) + 1)
        report = report[:at] + content + hostile + report[at + length :]
    check(zipped({"report": report}))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 4_000), st.binary(min_size=1, max_size=8))
def test_an_archive_with_anything_in_it(start: int, content: bytes) -> None:
    packed = zipped({"a.xml": REPORTS[-1], "b.json": REPORTS[0]})
    at = start % len(packed)
    check(packed[:at] + content + packed[at + len(content) :])


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_anything_at_all(content: bytes) -> None:
    check(content)
    check(b"PK" + content)
    check(b"<testsuite>" + content)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_the_same_both_ways(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)

"""Figures are read, and nothing is believed that cannot be."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from bot.stats.artifact import read_packed
from bot.stats.model import CacheHit, Counts, Figures, JobFigures
from bot.stats.reading import MOST_BYTES, read_figures


def _text(**parts: object) -> bytes:
    return json.dumps({"version": 1, **parts}).encode()


def test_jobs_and_tests_are_read_and_what_is_not_known_stays_so() -> None:
    told = _text(
        jobs=[{"name": "build (debug)", "seconds": 812, "cache": "hit"}, {"name": "docs"}],
        tests={"unit": {"passed": 10, "failed": 1, "skipped": 2}},
        more={"of": "a newer version"},
    )

    assert read_figures(told) == Figures(
        jobs=(JobFigures(name="build (debug)", seconds=812, cache=CacheHit.HIT), JobFigures(name="docs")),
        tests={"unit": Counts(passed=10, failed=1, skipped=2)},
    )


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (b"", "it is no JSON"),
        (b"{", "it is no JSON"),
        (b"\xff\xfe{}", "it is no JSON"),
        (b"[]", "it has another form: Expected `object`, got `array`"),
        (b"{}", "it has another form: Object missing required field `version`"),
        (b'{"version": 2}', "it is of version 2, and version 1 is read"),
        (b'{"version": 1, "x": ' + b"[" * 100_000, "it is no JSON"),
        (bytes(MOST_BYTES + 1), "the file is larger than 256 KB"),
        (_text(jobs=[{"name": "a", "seconds": -1}]), "it has another form: Expected `int` >= 0"),
        (_text(jobs=[{"name": "a", "seconds": 1e300}]), "it has another form: Expected `int | null`"),
        (_text(jobs=[{"name": "a", "seconds": 10**30}]), "it has another form:"),
        (_text(jobs=[{"name": "a", "seconds": "12"}]), "it has another form: Expected `int | null`"),
        (_text(jobs=[{"name": ""}]), "it has another form: Expected `str` of length >= 1"),
        (_text(jobs=[{"name": "a" * 201}]), "it has another form: Expected `str` of length <= 200"),
        (_text(jobs=[{"name": "a"}] * 501), "it has another form: Expected `array` of length <= 500"),
        (
            _text(jobs=[{"name": "a", "cache": "<b>@all</b>"}]),
            "it has another form: Invalid enum value … - at `$.jobs[0].cache`",
        ),
        (
            _text(tests={f"c{number}": {} for number in range(10_000)}),
            "it has another form: Expected `object` of length <= 400",
        ),
        (_text(tests={"<script>": {}}), "a category of its tests has a name that no category has"),
        (_text(tests={"Unit": {}}), "a category of its tests has a name that no category has"),
        (_text(tests={"unit": {"passed": True}}), "it has another form: Expected `int`, got `bool`"),
    ],
)
def test_what_is_not_as_it_should_be_tells_nothing_but_why(told: bytes, problem: str) -> None:
    read = read_figures(told)

    assert read.problem.startswith(problem)
    assert len(read.problem) < 300
    assert read == Figures(problem=read.problem)


def _packed(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def test_the_file_is_found_in_the_archive() -> None:
    assert read_packed(_packed("metrics.json", _text(jobs=[{"name": "fmt"}]))).jobs[0].name == "fmt"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the artifact is damaged: BadZipFile"),
        (_packed("metrics.json", _text())[:-30], "the artifact is damaged: BadZipFile"),
        (_packed("other.json", b"{}"), "the artifact holds no metrics.json"),
        (_packed("../metrics.json", b"{}"), "the artifact holds no metrics.json"),
        (_packed("metrics.json", bytes(50 << 20)), "the file is larger than 256 KB"),
        (bytes(300 << 10), "the artifact is larger than GitHub said"),
    ],
    ids=["empty", "cut", "another", "outside", "bomb", "large"],
)
def test_an_archive_that_somebody_made_up_harms_nothing(content: bytes, problem: str) -> None:
    assert read_packed(content) == Figures(problem=problem)

"""Report files as artifacts: packed, read and stated so that a person can compare them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.diagnosis.artifacts.archive import Contents, read_archive
from bot.diagnosis.artifacts.model import ArtifactReading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.diagnosis.model import Failure, SuiteReport

SAMPLES = Path(__file__).parent.parent / "diagnosis" / "artifacts" / "samples"


def report_of(name: str) -> Path:
    """This function will find the report file of a sample."""
    (found,) = (SAMPLES / name).glob("report.*")
    return found


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """This function will pack files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def contents_of(content: bytes) -> Contents:
    """This function will read an artifact."""
    return read_archive(io.BytesIO(content))


def reading_of(*files: bytes, name: str = "junit", number: int = 1) -> ArtifactReading:
    """This function will read report files packed into one artifact."""
    contents = contents_of(zipped({f"{index}.report": file for index, file in enumerate(files)}))
    return ArtifactReading(
        id=number,
        name=name,
        failures=contents.failures(),
        report=contents.report(name),
        problems=tuple(contents.problems),
    )


def stated(reading: ArtifactReading) -> dict[str, Any]:
    """This function will state a reading as the samples' expectations do."""
    return {
        "failures": [_failure(failure) for failure in reading.failures],
        "suites": _suites(reading.report),
        "retried": list(reading.report.retried if reading.report else ()),
        "problems": list(reading.problems),
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "tool": failure.tool,
        "cause": failure.cause.value,
        "message": failure.message,
        "tests": list(failure.tests),
        "locations": [f"{place.path}:{place.line}" for place in failure.locations],
    }


def _suites(report: SuiteReport | None) -> dict[str, list[float | None]]:
    suites = report.suites if report else ()
    return {suite.name: [suite.passed, suite.failed, suite.skipped, suite.seconds] for suite in suites}

"""Reads what a workflow run told of its jobs and tests, and believes nothing that cannot be."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

from bot.forms import decode
from bot.stats.model import CacheHit, Counts, Figures, JobFigures

MOST_BYTES = 256 * 1024
FILE = "metrics.json"
_VERSION = 1
_MOST_JOBS = 500
_MOST_CATEGORIES = 400
_CATEGORY = re.compile(r"[a-z][a-z0-9-]{0,31}")
_LONGEST_NAME = 200
_VALUE = re.compile(r"'.*'", re.DOTALL)  # as msgspec quotes what it was given

_Number = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]


class _Job(msgspec.Struct, frozen=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=_LONGEST_NAME)]
    seconds: _Number | None = None
    cache: CacheHit = CacheHit.NONE


class _Counts(msgspec.Struct, frozen=True):
    passed: _Number = 0
    failed: _Number = 0
    skipped: _Number = 0


class _Told(msgspec.Struct, frozen=True):
    version: int
    jobs: Annotated[tuple[_Job, ...], msgspec.Meta(max_length=_MOST_JOBS)] = ()
    tests: Annotated[dict[str, _Counts], msgspec.Meta(max_length=_MOST_CATEGORIES)] = {}


def read_figures(content: bytes) -> Figures:
    """This function will read the file; one that is not as it should be tells nothing but why."""
    if len(content) > MOST_BYTES:
        return Figures(problem=f"the file is larger than {MOST_BYTES // 1024} KB")
    try:
        told = decode(content, _Told)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Figures(problem=_words(error))
    if told.version != _VERSION:
        return Figures(problem=f"it is of version {told.version}, and version {_VERSION} is read")
    if not all(_CATEGORY.fullmatch(category) for category in told.tests):
        return Figures(problem="a category of its tests has a name that no category has")
    return Figures(
        jobs=tuple(JobFigures(name=job.name, seconds=job.seconds, cache=job.cache) for job in told.jobs),
        tests={
            category: Counts(passed=counts.passed, failed=counts.failed, skipped=counts.skipped)
            for category, counts in told.tests.items()
        },
    )


def _words(error: Exception) -> str:
    """What is wrong and where, without what was written there."""
    if isinstance(error, msgspec.ValidationError):
        return f"it has another form: {_VALUE.sub('…', str(error))[:_LONGEST_NAME]}"
    return "it is no JSON"

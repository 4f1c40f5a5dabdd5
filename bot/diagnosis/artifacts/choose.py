"""Chooses which artifacts of a run are worth a download, within a budget."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.github.run_models import Artifact, Job, WorkflowRun

MOST = 10  # artifacts of one run
MOST_BYTES = 50 << 20  # of all of them together
MOST_OF_ONE = 20 << 20
MOST_UNNAMED = 1 << 20  # of one whose name says nothing
SLACK = timedelta(minutes=1)  # between GitHub's clocks

# Separators are none of the word: junit-results, test_report, TestResults, pytest.xml
_PROMISING = re.compile(
    r"(?i)junit|xunit|nunit|sarif|trx|nextest|surefire|failsafe|pytest|jest|vitest|mocha|rspec|phpunit|ctest|gtest|"
    r"(?<![a-z])tests?(?![a-z])|test[-_ .]?(?:results?|reports?|outputs?|logs?)|reports?(?![a-z])|results?(?![a-z])|"
    r"e2e|spec(?![a-z])|(?-i:Test)|diagnostics"
)
_HEAVY = re.compile(
    r"(?i)(?<![a-z])(?:dist|wheels?|sdist|binar(?:y|ies)|build|bundle|packages?|installer|image|docker|site|docs?|pages|"
    r"cov(?:erage)?|lcov|codecov|screenshots?|videos?|traces?|snapshots?|cache|apk|ipa|dmg|msi|deb|rpm|exe|release|"
    r"blob[-_]report|playwright[-_]report|dockerbuild|sbom|provenance|attestations?|benchmarks?)(?![a-z])|\.dockerbuild$"
)


def choose(artifacts: Iterable[Artifact], run: WorkflowRun, jobs: Sequence[Job]) -> tuple[Artifact, ...]:
    """This function will choose the artifacts of this attempt to be read, the most promising first."""
    wanted = [one for one in artifacts if not one.expired and one.size > 0 and _is_of(one, run, jobs)]
    ranked = sorted((one for one in wanted if _rank(one) is not None), key=_order)
    chosen: list[Artifact] = []
    left = MOST_BYTES
    for one in ranked:
        if len(chosen) < MOST and one.size <= left:
            chosen.append(one)
            left -= one.size
    return tuple(chosen)


def is_within(moment: datetime | None, job: Job) -> bool:
    """This function will say whether something was uploaded while a job ran."""
    if moment is None or job.started_at is None:
        return False
    ended = job.completed_at is None or moment <= job.completed_at + SLACK
    return job.started_at - SLACK <= moment and ended


def _is_of(artifact: Artifact, run: WorkflowRun, jobs: Sequence[Job]) -> bool:
    """Whether it is of this attempt: GitHub lists those of all attempts together."""
    if artifact.created_at is None or any(is_within(artifact.created_at, job) for job in jobs):
        return True
    began = run.started_at or run.created_at
    ends = [job.completed_at for job in jobs if job.completed_at is not None]
    is_over = bool(ends) and artifact.created_at > max(ends) + SLACK
    return artifact.created_at >= began - SLACK and not is_over


def _order(artifact: Artifact) -> tuple[int, int, int]:
    return (_rank(artifact) or 0, artifact.size, artifact.id)


def _rank(artifact: Artifact) -> int | None:
    """0 for a name that promises a report, 2 for one that says nothing; None where it is not worth the bytes."""
    if artifact.size > MOST_OF_ONE:
        return None
    if _PROMISING.search(artifact.name):
        return 0 if not _HEAVY.search(artifact.name) else 1
    if _HEAVY.search(artifact.name) or artifact.size > MOST_UNNAMED:
        return None
    return 2

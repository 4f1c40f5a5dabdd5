from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.diagnosis import NOON, job


@pytest.mark.parametrize(("waited", "seconds"), [(0, 0.0), (7, 7.0), (-1, 0.0)])
def test_how_long_a_job_waited_for_its_runner(waited: int, seconds: float) -> None:
    """A job that did not wait at all is known not to have waited."""
    made = replace(job(), created_at=NOON - timedelta(seconds=waited), started_at=NOON)

    assert made.queued_seconds == seconds


def test_a_wait_of_which_github_tells_only_one_end_is_not_known() -> None:
    assert replace(job(), created_at=None).queued_seconds is None
    assert replace(job(), created_at=NOON, started_at=None).queued_seconds is None

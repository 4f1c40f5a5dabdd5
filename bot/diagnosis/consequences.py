"""Tells a job that only sums up others from those that failed themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.model import Diagnosis

SUMS_UP = "pilothouse-report"  # the tool of a job that is green only if all others of its workflow are
ONLY_SUMS_UP = "it only says that other jobs failed"


def spared(diagnoses: Sequence[Diagnosis]) -> tuple[Diagnosis, ...]:
    """This function will take from the diagnoses of a run's red jobs the failures of those that only sum up others.

    Where nothing else failed, they stay as they are: something has to be told.
    """
    summing = [_sums_up(one) for one in diagnoses]
    said = [bool(one.failures or one.problem) for one in diagnoses]
    if not any(is_said and not is_sum for is_said, is_sum in zip(said, summing, strict=True)):
        return tuple(diagnoses)
    return tuple(
        replace(one, failures=(), problem=ONLY_SUMS_UP) if is_summing else one
        for one, is_summing in zip(diagnoses, summing, strict=True)
    )


def _sums_up(diagnosis: Diagnosis) -> bool:
    return bool(diagnosis.failures) and diagnosis.failures[0].tool == SUMS_UP

"""Walks over the sample logs of the parsers and their expected diagnoses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.diagnosis.model import Diagnosis

SAMPLES = Path(__file__).parents[1] / "diagnosis" / "samples"


def sample_logs() -> tuple[Path, ...]:
    """This function will return every sample log, ordered by parser and name."""
    return tuple(sorted(SAMPLES.glob("*/*.log")))


def told(diagnosis: Diagnosis) -> dict[str, Any]:
    """This function will state a diagnosis as its expected result is written down."""
    return {
        "step": diagnosis.step,
        "tests_ran": diagnosis.tests_ran,
        "failures": [
            {
                "tool": failure.tool,
                "cause": failure.cause.value,
                "message": failure.message,
                "tests": list(failure.tests),
                "locations": [f"{place.path}:{place.line}" for place in failure.locations],
                "line": failure.line,
                "excerpt": [failure.excerpt[0], failure.excerpt[-1]] if failure.excerpt else [],
                "lines": len(failure.excerpt),
            }
            for failure in diagnosis.failures
        ],
    }

"""Follows which jobs of a workflow have ended, and how that reads to those that need them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.actions.model import CANCELLED, FAILURE, SUCCESS, JobResult
from tests.support.actions.reading import needs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How a job of the file ended, with everything that its matrix or the workflow it calls made of it."""

    result: str  # as `needs` shows it
    shown: tuple[JobResult, ...]
    outputs: Mapping[str, str] = field(default_factory=dict)


def worst(conclusions: Iterable[str]) -> str:
    """This function will return how several jobs ended together."""
    found = set(conclusions)
    return next((one for one in (FAILURE, CANCELLED) if one in found), SUCCESS)


class Graph:
    """What has ended of a workflow's jobs."""

    def __init__(self, jobs: Mapping[str, Any]) -> None:
        self._jobs = jobs
        self._played: dict[str, Played] = {}

    def note(self, key: str, played: Played) -> None:
        """This function will note how a job ended."""
        self._played[key] = played

    def needs(self, key: str) -> dict[str, Any]:
        """This function will return the `needs` context of a job."""
        return {one: self._told(one) for one in needs_of(self._jobs[key])}

    def everything(self) -> dict[str, Any]:
        """This function will return the `jobs` context, which the outputs of a called workflow read."""
        return {one: self._told(one) for one in self._played}

    def _told(self, key: str) -> dict[str, Any]:
        return {"result": self._played[key].result, "outputs": dict(self._played[key].outputs)}

    def status(self, key: str) -> dict[str, bool]:
        """This function will say how all that stands before a job ended: what is skipped is no success.

        https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions
        https://github.com/actions/runner/issues/491
        """
        results = {self._played[one].result for one in self._ancestors(key)}
        return {
            "success": results <= {SUCCESS},
            "failure": FAILURE in results,
            "cancelled": False,  # of the whole run; a job that was stopped by its time limit does not count
        }

    def _ancestors(self, key: str) -> set[str]:
        direct = needs_of(self._jobs[key])
        return set(direct).union(*(self._ancestors(one) for one in direct))

    def conclusion(self) -> str:
        """This function will return how the run ended."""
        return worst(played.result for played in self._played.values())

    def shown(self) -> dict[str, JobResult]:
        """This function will return every job by the name that people see."""
        return {job.name: job for played in self._played.values() for job in played.shown}

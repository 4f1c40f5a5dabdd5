"""What stands in for a published action: a function that is given the inputs which that action declares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.support.actions.job import Job


class ActionFailed(Exception):  # noqa: N818 - what the action says on its way out
    """The action ended with this error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One use of an action in a step."""

    inputs: Mapping[str, str]  # with defaults
    job: Job
    env: Mapping[str, str]  # as the action sees it
    state: dict[str, str] = field(default_factory=dict)  # what its main part leaves for its post part

    def say(self, text: str) -> None:
        """This function will write lines to the job's log, workflow commands included."""
        self.job.say(text)

    def path(self, name: str) -> Path:
        """This function will return a path from the workspace."""
        return self.job.places.workspace / name


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """How an action behaves: its outputs, what it needs of the token, what it does when the job ends."""

    run: Callable[[Call], Mapping[str, str]]  # returns its outputs
    post: Callable[[Call], None] | None = None
    permissions: Mapping[str, str] = field(default_factory=dict)  # that GITHUB_TOKEN must have

"""What is known about a failure beside its log: where else it was seen, and how its job ended elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time

from bot.diagnosis.model import Cause, Failure, Said  # noqa: TC001 - as above

QUEUE = "gh-readonly-queue/"  # branches of GitHub's merge queue, which hold other pull requests' commits too


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One other time a fingerprint was seen."""

    label: str  # as a person reads it: "#12", "main since abc1234"
    url: str
    author: str
    branch: str
    at: datetime
    head_sha: str = ""
    run_id: int = 0
    attempt: int = 1
    workflow: str = ""
    job: str = ""
    number: int | None = None
    message: str = ""
    passed_again: str = ""  # link to the same job's pass in another attempt of the same run


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """How a job ended once."""

    run_id: int
    attempt: int
    workflow: str
    job: str  # empty where it speaks for every job of a green run
    passed: bool
    head_sha: str
    url: str
    at: datetime
    causes: tuple[Cause, ...] = ()  # of what failed in it, as far as it could be read


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseFacts:
    """How things stand on the branch that the pull request goes into."""

    branch: str
    results: tuple[JobResult, ...] = ()  # of this job and of those that failed the same way, newest first
    newest_runs: tuple[tuple[str, int], ...] = ()  # (workflow, its newest run there)
    merge_base: str = ""  # where the pull request left it; empty where it was not asked


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureFacts:
    """One failure of the job, and where else it was seen."""

    failure: Failure
    on_base: tuple[Occurrence, ...] = ()  # newest first
    differently: tuple[Occurrence, ...] = ()  # the same test failed on the base, but otherwise
    elsewhere: tuple[Occurrence, ...] = ()  # on other branches, newest first
    earlier: tuple[Occurrence, ...] = ()  # on this branch, at other attempts and heads
    proofs: tuple[Occurrence, ...] = ()  # other times it failed and then passed at the same commit
    said: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictFacts:
    """Everything that is known about one failed job beside its log."""

    run_id: int  # what it built is as old as the run; ids grow with time
    workflow: str
    job: str
    author: str  # login of the pull request's author
    branch: str
    head_sha: str
    now: datetime
    base: BaseFacts
    failures: tuple[FailureFacts, ...] = ()  # the foremost first
    builds_merge: bool = False  # the run built the merge with the base, not the head itself
    timed_out: bool = False  # GitHub ended the job at its time limit
    problem: str = ""  # why the diagnosis is missing, if it is
    passes: tuple[str, ...] = ()  # links to passes of the same job at the very same commit
    tests_ran: int | None = None
    tests_usual: int | None = None
    usual_url: str = ""  # of a job that ran the usual tests


def branch_name(branch: str | None, *, head_repository: str | None, repository: str) -> str:
    """This function will name a branch so that a fork's `main` is not taken for the repository's own."""
    if head_repository == repository:
        return branch or ""
    owner = (head_repository or "unknown").partition("/")[0]
    return f"{owner}:{branch or ''}"

"""A failure, its cause and its verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.diagnosis.prices import Cost
from bot.github.models import PullRequest, RepositoryRef  # noqa: TC001 - as above
from bot.github.run_models import Job, WorkflowRun  # noqa: TC001 - as above

if TYPE_CHECKING:
    from bot.budget.store import PullSpend

SHORT_ID = 8  # digits of a fingerprint that people see and type


LOG = "log"  # the source of what a job's log says itself


class Cause(StrEnum):
    """The class of what went wrong."""

    TEST = "test"
    COMPILE = "compile"
    LINT = "lint"
    FORMAT = "format"
    DOCS = "docs"
    DEPENDENCY = "dependency"
    INFRASTRUCTURE = "infrastructure"
    CONFIGURATION = "configuration"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """Whose fault a failure is, as far as the evidence goes."""

    NEW = "new"
    BROKEN_BASE = "broken base"
    FLAKY_PROVEN = "flaky (proven)"
    FLAKY_LIKELY = "flaky (likely)"
    INFRASTRUCTURE = "infrastructure"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place in the repository's files."""

    path: str
    line: int
    column: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One diagnosed cause in one job's log; all text is clean of ANSI codes and secrets."""

    tool: str  # the parser that read it: cargo, pytest, …
    cause: Cause
    message: str  # one line
    excerpt: tuple[str, ...]  # at most 30 log lines, as they stand in the log
    line: int  # where the excerpt begins in the log, from 1
    tests: tuple[str, ...] = ()
    locations: tuple[Location, ...] = ()
    step: str = ""
    fingerprint: str = ""
    step_line: int = 0  # where the excerpt begins in its step's log, from 1; 0 where the log shows no steps
    step_number: int = 0  # of that step in its job, from 1; 0 where the log's times tell none

    @property
    def short_id(self) -> str:
        """The name by which a person speaks of it, as in `/verdict ID flaky`."""
        return self.fingerprint[:SHORT_ID]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteResult:
    """How the tests of one suite ended."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float | None = None  # None where the tool does not say it

    @property
    def ran(self) -> int:
        """How many tests ran to an end."""
        return self.passed + self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowTest:
    """One test that took long."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteReport:
    """What one job's tests did, as its log or the files it uploaded say."""

    suites: tuple[SuiteResult, ...] = ()
    slowest: tuple[SlowTest, ...] = ()  # the slowest first, at most 50
    source: str = LOG  # or the artifact's name
    retried: tuple[str, ...] = ()  # tests that failed in this very job before they passed

    @property
    def ran(self) -> int:
        """How many tests ran to an end."""
        return sum(suite.ran for suite in self.suites)


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheUse:
    """How often the caches of a job were found, as its log says."""

    hits: int = 0
    misses: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What one log says, the most telling failure first; empty when nothing could be read."""

    failures: tuple[Failure, ...] = ()
    step: str = ""
    lines_read: int = 0
    problem: str = ""  # why there is no diagnosis: log gone, parser crashed, …
    report: SuiteReport | None = None  # None where no tool tells of tests
    caches: CacheUse | None = None  # None where the log tells of no cache

    @property
    def tests_ran(self) -> int | None:
        """How many tests ran, or None where no tool says it."""
        return self.report.ran if self.report else None


class Judgement(StrEnum):
    """What a person may say about a failure."""

    REAL = "real"
    FLAKY = "flaky"
    INFRA = "infra"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A person's word about a fingerprint: it goes before what the bot would say."""

    fingerprint: str
    judgement: Judgement
    login: str
    url: str  # of the comment that said it
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known about a fingerprint beside this job."""

    verdict: Verdict
    reason: str
    links: tuple[str, ...] = ()
    also_on: tuple[str, ...] = field(default=())  # "#12", "main since abc1234"
    fingerprint: str = ""  # of the failure that decided, which need not be the foremost; empty without one
    said: Said | None = None  # the person's word that decided
    is_chance: bool = (
        False  # the machine's fault, or proven flaky, by the bot's own evidence: a re-run may pass
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReport:
    """One failed job with its diagnosis and, for the foremost failure, its verdict."""

    job: Job
    workflow: str  # name of the workflow
    diagnosis: Diagnosis
    evidence: Evidence
    retry: str = ""  # what was done about it by itself, in one sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """A job of the head that failed and then passed at the very same commit: flaky, and proven so."""

    name: str  # workflow / job
    failed_url: str
    passed_url: str
    message: str = ""  # of the foremost failure
    retried: bool = False  # the pass came from our own re-run


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowedTest:
    """A test that takes much longer than it used to on the default branch."""

    name: str
    seconds: float
    usual: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTests:
    """What the tests of one job did, beside what is usual for them."""

    workflow: str
    job: str
    url: str  # of the job
    report: SuiteReport
    usual: int | None = None  # how many tests it usually runs
    slowed: tuple[SlowedTest, ...] = ()  # the most slowed first


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMeasures:
    """How one workflow run did, beside what is usual for its workflow; None where it is not known."""

    workflow: str
    url: str
    seconds: float | None = None  # of its longest job
    usual_seconds: float | None = None
    queued: float | None = None  # seconds, of the job that waited longest for a runner
    usual_queued: float | None = None
    caches: CacheUse | None = None
    cost: Cost = field(default_factory=Cost)
    page: str = ""  # where its tests are shown in full


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """What is known of a head's tests and workflow runs beside the failures."""

    tests: tuple[JobTests, ...] = ()
    measures: tuple[RunMeasures, ...] = ()
    pages: tuple[tuple[str, str], ...] = ()  # names and addresses of the bot's own pages
    spend: PullSpend | None = None  # on the pull request so far; None where nothing is metered


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryFacts:
    """What the summary comment and the check run of one head SHA say."""

    repository: RepositoryRef
    pull: PullRequest
    runs: tuple[WorkflowRun, ...]  # the newest attempt of every workflow at this head SHA
    failed: tuple[JobReport, ...] = ()
    cancelled: tuple[Job, ...] = ()  # only because another job failed
    summing: tuple[Job, ...] = ()  # red only because they sum up the others
    truncated: int = 0  # failed jobs whose logs were not read
    report: ReportFacts = field(default_factory=ReportFacts)
    recovered: tuple[Recovered, ...] = ()

    @property
    def is_red(self) -> bool:
        """Whether a workflow run of the head failed, as far as it has been read."""
        return any(run.conclusion is not None and run.conclusion.is_red for run in self.runs) or bool(
            self.failed
        )

"""The stories of a finished workflow run: its red jobs are read, and the pull request says what they say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from bot.config.repository import ConfigurationErrors, DiagnosisConfig, read_configuration
from bot.diagnosis.artifacts.assign import apply
from bot.diagnosis.artifacts.flow import ArtifactReader
from bot.diagnosis.artifacts.model import Readings
from bot.diagnosis.consequences import spared
from bot.diagnosis.learning import GreenRuns
from bot.diagnosis.model import Diagnosis
from bot.diagnosis.reading import JobLogs
from bot.diagnosis.store import RunRecord, StoredReport, known_attempts, knows_branch, save_run
from bot.diagnosis.summary import CHECKING_EVENTS, SummariseRequest
from bot.diagnosis.template_store import known_templates
from bot.diagnosis.verdict.facts import branch_name
from bot.engine.model import Start
from bot.github.actions import list_branch_runs, list_jobs
from bot.github.limits import Priority
from bot.github.models import Conclusion, PullRequest, RepositoryRef
from bot.github.pulls import pulls_of_branch
from bot.github.run_models import Job, WorkflowRun

if TYPE_CHECKING:
    from bot.engine.model import Run
    from bot.github.app import GitHub
    from bot.github.client import RepositoryClient
    from bot.storage.database import Database

FLOW = "diagnose"
# Beyond this many red jobs one cause is behind most of them; the rest are listed without their logs.
MOST_LOGS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnoseRequest:
    """One finished attempt of a workflow run."""

    repository: RepositoryRef
    run: WorkflowRun

    @property
    def run_id(self) -> str:
        """The id of the durable run: one diagnosis an attempt."""
        return f"diagnose-{self.run.id}-{self.run.attempt}"

    def start(self) -> Start:
        """This function will make the start of the flow that diagnoses it."""
        partition = f"{self.repository.full_name}@{self.run.id}"
        return Start(flow=FLOW, run_id=self.run_id, request=self, partition=partition)


class Diagnoser:
    """Finds out what a finished workflow run says, and has it told."""

    def __init__(self, github: GitHub, database: Database) -> None:
        self._github = github
        self._database = database
        self._logs = JobLogs()
        self._artifacts = ArtifactReader()

    async def diagnose(self, run: Run, request: DiagnoseRequest) -> None:
        """This function will diagnose a finished workflow run and have its pull requests say so."""
        repo = self._github.repository(request.repository, priority=Priority.SUMMARY)
        finished = request.run
        is_red = finished.conclusion is not None and finished.conclusion.is_red
        config = DiagnosisConfig()
        if is_red:
            config = await run.step("configuration", lambda: _configuration(repo), returns=DiagnosisConfig)
            if finished.path.rpartition("/")[2] in config.ignore_workflows:
                return
            await self._learn_base(run, repo, finished)
        jobs = await self._jobs(run, repo, finished)
        reports = await self._red_reports(run, repo, finished, jobs=jobs) if is_red else []
        reports += _undiagnosed(jobs, Conclusion.CANCELLED)
        passed = _undiagnosed(jobs, Conclusion.SUCCESS)
        on_default = _branch(repo.ref, finished) == repo.ref.default_branch
        if on_default and finished.conclusion is Conclusion.SUCCESS:
            passed = await GreenRuns(self._database, self._logs).learn(run, repo, finished, passed=passed)
        if is_red or on_default:
            reports, passed = await self._with_artifacts(run, repo, request, reports=reports, passed=passed)
            told = spared([report.diagnosis for report in reports])
            reports = [replace(one, diagnosis=said) for one, said in zip(reports, told, strict=True)]
        numbers = await run.step("pull requests", lambda: _numbers(repo, finished), returns=tuple[int, ...])
        await self._store(run, request, numbers=numbers, reports=reports, passed=passed)
        for number in numbers:
            news = SummariseRequest(
                repository=request.repository,
                number=number,
                head_sha=finished.head_sha,
                news=f"{finished.id}-{finished.attempt}",
                may_comment=is_red and config.comment,
                may_check=is_red and config.check,
            )
            await run.send(news.start())

    async def _red_reports(
        self, run: Run, repo: RepositoryClient, finished: WorkflowRun, *, jobs: tuple[Job, ...]
    ) -> list[StoredReport]:
        """What the logs of the red jobs say; a red job of a green run was allowed to fail."""
        red = tuple(job for job in jobs if job.conclusion is not None and job.conclusion.is_red)
        reports = [
            await run.step(
                f"read log {job.id}", partial(self._report, repo, finished, job), returns=StoredReport
            )
            for job in red[:MOST_LOGS]
        ]
        unread = Diagnosis(problem=f"only the first {MOST_LOGS} red jobs of a run are read")
        return reports + [StoredReport(job=job, diagnosis=unread) for job in red[MOST_LOGS:]]

    async def _learn_base(self, run: Run, repo: RepositoryClient, finished: WorkflowRun) -> None:
        """At a repository's first red run, read how the default branch stands: what is new cannot be told without."""
        base = repo.ref.default_branch
        if _branch(repo.ref, finished) == base:
            return
        known = await run.step(
            "base is known", lambda: knows_branch(self._database, repo.ref, base), returns=bool
        )
        if known:
            return
        newest = await run.step("base", lambda: _newest_runs(repo, base), returns=tuple[WorkflowRun, ...])
        for each in newest:
            await run.send(DiagnoseRequest(repository=repo.ref, run=each).start())

    async def _jobs(self, run: Run, repo: RepositoryClient, finished: WorkflowRun) -> tuple[Job, ...]:
        return await run.step(
            "jobs", lambda: list_jobs(repo, finished.id, finished.attempt), returns=tuple[Job, ...]
        )

    async def _with_artifacts(
        self,
        run: Run,
        repo: RepositoryClient,
        request: DiagnoseRequest,
        *,
        reports: list[StoredReport],
        passed: list[StoredReport],
    ) -> tuple[list[StoredReport], list[StoredReport]]:
        """What the run uploaded says it better than its logs; of green jobs it counts the tests."""
        known = [*reports, *passed]
        readings = await run.step(
            "artifacts", lambda: self._artifacts.read(repo, request.run, known), returns=Readings
        )
        told = apply(known, readings)
        return list(told[: len(reports)]), list(told[len(reports) :])

    async def _store(
        self,
        run: Run,
        request: DiagnoseRequest,
        *,
        numbers: tuple[int, ...],
        reports: list[StoredReport],
        passed: list[StoredReport],
    ) -> None:
        finished = request.run
        record = RunRecord(
            repository=request.repository,
            run_id=finished.id,
            attempt=finished.attempt,
            workflow=finished.name,
            url=finished.html_url,
            head_sha=finished.head_sha,
            branch=_branch(request.repository, finished),
            author=finished.actor,
            number=numbers[0] if numbers else None,
            seen_at=await run.now(),
            is_green=finished.conclusion is Conclusion.SUCCESS,
        )

        async def save() -> None:
            await save_run(self._database, record, reports=reports, passed=passed)

        await run.step("store", save, returns=None)

    async def _report(self, repo: RepositoryClient, finished: WorkflowRun, job: Job) -> StoredReport:
        known = await known_templates(self._database, repo.ref, finished.name)
        return StoredReport(job=job, diagnosis=await self._logs.diagnose(repo, job, known=known))


async def missed_runs(
    database: Database, repository: RepositoryRef, pull: PullRequest, runs: tuple[WorkflowRun, ...]
) -> tuple[Start, ...]:
    """This function will start the diagnosis of every finished run of a head that was not diagnosed yet."""
    known = await known_attempts(database, repository, pull.head_sha)
    return tuple(
        DiagnoseRequest(repository=repository, run=run).start()
        for run in runs
        if run.is_completed and run.event in CHECKING_EVENTS and (run.id, run.attempt) not in known
    )


def _undiagnosed(jobs: tuple[Job, ...], conclusion: Conclusion) -> list[StoredReport]:
    return [StoredReport(job=job, diagnosis=Diagnosis()) for job in jobs if job.conclusion is conclusion]


async def _configuration(repo: RepositoryClient) -> DiagnosisConfig:
    config = await read_configuration(repo)
    # A file with mistakes must not silence what is red; the defaults speak until it is mended.
    return DiagnosisConfig() if isinstance(config, ConfigurationErrors) else config.diagnosis


async def _newest_runs(repo: RepositoryClient, branch: str) -> tuple[WorkflowRun, ...]:
    """The newest finished run of every checking workflow of a branch."""
    newest: dict[int, WorkflowRun] = {}
    for run in await list_branch_runs(repo, branch=branch):
        # GitHub lists forks' branches of the same name too.
        if run.event in CHECKING_EVENTS and _branch(repo.ref, run) == branch:
            newest.setdefault(run.workflow_id, run)
    return tuple(newest.values())


def _branch(repository: RepositoryRef, run: WorkflowRun) -> str:
    return branch_name(run.head_branch, head_repository=run.head_repository, repository=repository.full_name)


async def _numbers(repo: RepositoryClient, finished: WorkflowRun) -> tuple[int, ...]:
    """The open pull requests whose head this run built; for forks the payload names none."""
    if finished.pull_requests or finished.event not in {"pull_request", "pull_request_target"}:
        return finished.pull_requests
    if not finished.head_branch or not finished.head_repository:
        return ()
    owner = finished.head_repository.partition("/")[0]
    pulls = await pulls_of_branch(repo, f"{owner}:{finished.head_branch}")
    return tuple(pull.number for pull in pulls if pull.head_sha == finished.head_sha and pull.is_open)

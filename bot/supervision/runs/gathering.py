"""Gathers what decides about workflow runs: from GitHub what runs and what it does, from our rows what is usual."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.config.repository import ConfigurationErrors, RepositoryConfig, read_configuration
from bot.config.terms import parse_duration
from bot.github.actions import list_jobs
from bot.github.deployments import list_deployments, newest_status
from bot.github.errors import GitHubError
from bot.github.hung_runs import newest_runs, runs_at_work
from bot.storage.tables import job_results
from bot.supervision.runs.model import RunFacts
from bot.supervision.runs.protecting import Policy, file_of, protections_of
from bot.supervision.runs.seeing import (
    JobUsual,
    age_of,
    is_overtaken,
    is_superseded,
    job_facts,
    usual_of,
    usual_of_runs,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.config.supervising import RunsConfig
    from bot.github.client import RepositoryClient
    from bot.github.models import Sha
    from bot.github.run_models import Job, WorkflowRun
    from bot.storage.database import Database
    from bot.supervision.runs.model import Protection

MOST_LOOKED_AT = 30  # the oldest, at each tick
_MOST_RESULTS = 2_000
_MOST_DEPLOYMENTS = 10  # of one commit


@dataclass(slots=True, kw_only=True)
class Gatherer:
    """Reads what decides about the runs of one repository, each thing once."""

    repo: RepositoryClient
    database: Database
    terms: RunsConfig
    now: datetime
    _newest: dict[int, tuple[WorkflowRun, ...]] = field(default_factory=dict)
    _links: dict[Sha, tuple[str, ...]] = field(default_factory=dict)  # of deployments, by commit
    _policy: Policy | None = None

    async def at_work(self) -> tuple[WorkflowRun, ...]:
        """This function will read the runs that are at work, the oldest first."""
        return tuple(sorted(await runs_at_work(self.repo), key=lambda run: run.id))

    def old(self, runs: Iterable[WorkflowRun]) -> tuple[WorkflowRun, ...]:
        """This function will pick those that are old enough to hang at all; so a tick costs nothing for the others."""
        least = min(parse_duration(self.terms.at_least), parse_duration(self.terms.queued))
        old = [run for run in runs if age_of(run, self.now) > least]
        return tuple(sorted(old, key=lambda run: run.started_at or run.created_at)[:MOST_LOOKED_AT])

    async def look(self, run: WorkflowRun) -> tuple[RunFacts, tuple[Job, ...]]:
        """This function will read what shows whether a run hangs."""
        jobs = await list_jobs(self.repo, run.id, run.attempt)
        newest = await self.newest(run)
        usual = usual_of_runs(newest)
        known = await self.database.read(
            lambda connection: _usual_jobs(connection, self.repo.ref.id, run.name)
        )
        facts = RunFacts(
            run_id=run.id,
            attempt=run.attempt,
            workflow=file_of(run),
            name=run.name,
            url=run.html_url,
            status=run.status,
            event=run.event,
            branch=run.head_branch or "",
            ran=age_of(run, self.now),
            terms=self.terms,
            jobs=tuple(job_facts(job, known, self.now) for job in jobs),
            usual=usual.time,
            longest=usual.longest,
            is_overtaken=is_overtaken(run, newest),
            is_superseded=is_superseded(run, newest),
        )
        return facts, jobs

    async def newest(self, run: WorkflowRun) -> tuple[WorkflowRun, ...]:
        """This function will read the newest runs of a run's workflow."""
        if run.workflow_id not in self._newest:
            self._newest[run.workflow_id] = await newest_runs(self.repo, run.workflow_id)
        return self._newest[run.workflow_id]

    async def protections(self, run: WorkflowRun, jobs: tuple[Job, ...]) -> tuple[Protection, ...] | None:
        """This function will read why a run is never cancelled; None where that cannot be said."""
        try:
            if self._policy is None:
                read = await read_configuration(self.repo)
                if isinstance(read, ConfigurationErrors):
                    return None
                self._policy = policy_of(read, self.terms, login=(await self.repo.identity()).login)
            deploys = await self._deploys(run)
        except GitHubError:
            return None
        return protections_of(run, jobs, self._policy, has_deployment=deploys)

    async def _deploys(self, run: WorkflowRun) -> bool:
        """GitHub makes a deployment of each job with an environment, whose statuses lead to the job."""
        there = re.compile(rf"/actions/runs/{run.id}(?![0-9])")
        return any(there.search(link) for link in await self._deployed_by(run.head_sha))

    async def _deployed_by(self, sha: Sha) -> tuple[str, ...]:
        """The links of what deployed a commit, read once for all runs of it."""
        if sha not in self._links:
            found = (await list_deployments(self.repo, sha=sha))[:_MOST_DEPLOYMENTS]
            statuses = [await newest_status(self.repo, deployment.id) for deployment in found]
            self._links[sha] = tuple(status.log_url for status in statuses if status is not None)
        return self._links[sha]


def policy_of(config: RepositoryConfig, terms: RunsConfig, *, login: str) -> Policy:
    """This function will say which workflows the configuration gives to what must not be cancelled."""
    release, cluster = config.release, config.costs.cluster if config.costs is not None else None
    builders = (release.workflow, *(part.workflow for part in release.components.values()))
    return Policy(
        never=frozenset(terms.never),
        deploys=frozenset(each.workflow for each in config.environments.values()),
        releases=frozenset(name for name in builders if name is not None),
        cluster=frozenset({cluster.workflow} if cluster is not None else ()),
        train=config.merge.train.branch if config.merge.train is not None else "",
        login=login,
    )


def _usual_jobs(connection: Connection, repository_id: int, workflow: str) -> Mapping[str, JobUsual]:
    """What the jobs of a workflow took lately when they passed, by name."""
    columns = (job_results.c.job, job_results.c.seconds, job_results.c.queued_seconds)
    query = (
        select(*columns)
        .where(
            job_results.c.repository_id == repository_id,
            job_results.c.workflow == workflow,
            job_results.c.passed.is_(True),
            job_results.c.seconds.is_not(None),
        )
        .order_by(job_results.c.run_id.desc())
        .limit(_MOST_RESULTS)
    )
    times: dict[str, list[tuple[float, float | None]]] = {}
    for job, seconds, queued in connection.execute(query):
        times.setdefault(job, []).append((seconds, queued))
    return {
        job: JobUsual(
            runs=usual_of(seconds for seconds, _ in each),
            waits=usual_of(queued for _, queued in each if queued is not None),
        )
        for job, each in times.items()
    }

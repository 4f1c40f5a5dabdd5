"""Gathers what decides about a protection rule's answer, and opens the gate of a run that nobody asked the bot for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.config.freezing import open_window
from bot.config.repository import ConfigurationErrors, read_configuration
from bot.deployments.leases.model import Place
from bot.deployments.leases.rows import lease_of
from bot.deployments.model import Task
from bot.deployments.protection.model import Dispatched, GateSeen, Policy, ProtectionFacts
from bot.deployments.protection.rules import APPLIES
from bot.deployments.protection.store import remember_gate
from bot.deployments.store import row_of_workflow_run
from bot.gates.facts import environment_of
from bot.gates.keeper import Keeper
from bot.gates.model import GateState, Opening, PlanSummary, Subject
from bot.gates.plans import PlanProblem, read_plan
from bot.gates.store import gate_by_id
from bot.github.actions import get_run, list_jobs
from bot.github.commits import get_commit
from bot.github.errors import NotFound
from bot.github.protection import is_our_callback, list_pending
from bot.github.pulls import get_pull, pulls_of_branch
from bot.markdown import code, escape

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.config.policy import EnvironmentConfig
    from bot.deployments.leases.model import Lease
    from bot.deployments.model import DeploymentRow
    from bot.deployments.protection.model import Asked, ProtectionRequest
    from bot.gates.model import Gate
    from bot.github.client import RepositoryClient
    from bot.github.models import PullRequest
    from bot.github.run_models import WorkflowRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at what waits."""

    request: ProtectionRequest
    asked: Asked
    at: datetime
    run_id: str  # of our run, which is told when the gate moves
    is_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """What our own rows say."""

    row: DeploymentRow | None
    gate: Gate | None
    lease: Lease | None


async def gather(services: Services, repo: RepositoryClient, look: Look) -> tuple[ProtectionFacts, str]:
    """This function will read everything that decides, and return with it the run of the deployment, if it is one.

    Raises:
        GitHubError: something could not be read.
    """
    request = look.request
    facts = ProtectionFacts(
        at=look.at,
        asked_at=look.asked.at,
        environment=request.environment,
        is_our_callback=not request.callback_url or is_our_callback(repo, request.callback_url),
    )
    try:
        run = await get_run(repo, request.workflow_run_id)
        is_gone = run.is_completed or not await _waits(repo, look, run)
    except NotFound:
        return replace(facts, is_gone=True), ""
    if is_gone:
        return replace(facts, is_gone=True), ""
    stored = await services.database.read(lambda connection: _stored(connection, request))
    if stored.row is not None:
        problem = await _plan_problem(repo, stored.row, run)
        return replace(facts, dispatched=_dispatched(stored.row, stored, run, problem)), stored.row.run_id
    if request.sender.login.casefold() == (await repo.identity()).login.casefold():
        return replace(facts, is_sent_by_us=True), ""
    return await _of_stranger(services, repo, _Stranger(look=look, run=run, lease=stored.lease), facts), ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stranger:
    """A run that the bot did not dispatch."""

    look: Look
    run: WorkflowRun
    lease: Lease | None


async def _waits(repo: RepositoryClient, look: Look, run: WorkflowRun) -> bool:
    """Whether something may still wait: a needless answer does no harm, a missing one does.

    GitHub's list and its jobs come to agree only after a while, and right after it asked neither may know; unless an
    answer to another job of the matrix was an answer to all. https://github.com/runs-on/runs-on/issues/429
    """
    if look.is_first and not look.asked.answered:
        return True
    pending = await list_pending(repo, run.id)
    if look.request.environment.casefold() in {name.casefold() for name in pending}:
        return True
    jobs = await list_jobs(repo, run.id, run.attempt)
    return any(job.status == "waiting" for job in jobs)


def _stored(connection: Connection, request: ProtectionRequest) -> _Stored:
    row = row_of_workflow_run(connection, request.repository.id, request.workflow_run_id)
    place = Place(repository_id=request.repository.id, environment=request.environment)
    return _Stored(
        row=row,
        gate=gate_by_id(connection, row.gate_id) if row is not None and row.gate_id else None,
        lease=lease_of(connection, place),
    )


async def _plan_problem(repo: RepositoryClient, row: DeploymentRow, run: WorkflowRun) -> str:
    """Whoever runs all jobs again has them planned again, and what they plan then nobody has approved."""
    if not row.plan_digest or row.task is not Task.DEPLOY or row.stage not in APPLIES:
        return ""
    configuration = await read_configuration(repo)
    if isinstance(configuration, ConfigurationErrors):
        return "The configuration on the default branch has mistakes, so the plan cannot be compared."
    config = environment_of(configuration, row.environment)
    if config is None or config.plan is None or config.plan.workflow is not None:
        return ""  # it was planned by another run, whose digest this one was given
    plan = await read_plan(repo, run.id, config.plan.artifact)
    if isinstance(plan, PlanProblem):
        return plan.text
    if plan.digest == row.plan_digest:
        return ""
    return (
        f"The plan is another one ({code(plan.digest[:12])}) than the one that was approved "
        f"({code(row.plan_digest[:12])}). Ask for it by `/deploy`."
    )


def _dispatched(row: DeploymentRow, stored: _Stored, run: WorkflowRun, problem: str) -> Dispatched:
    lease = stored.lease
    return Dispatched(
        environment=row.environment,
        stage=row.stage,
        is_plan=row.is_plan,
        is_deploying=not row.workflow or _file(run) == row.workflow,
        has_lease=lease is not None and lease.token == row.lease_token,  # it rises with each new holder
        is_rejected=stored.gate is not None and stored.gate.state is GateState.REJECTED,
        problem=problem,
        text=stored.gate.text if stored.gate is not None else "",
    )


async def _of_stranger(
    services: Services, repo: RepositoryClient, stranger: _Stranger, facts: ProtectionFacts
) -> ProtectionFacts:
    configuration = await read_configuration(repo)
    if isinstance(configuration, ConfigurationErrors):
        mistakes = tuple(str(mistake) for mistake in configuration.mistakes)
        return replace(facts, policy=Policy(mistakes=mistakes))
    config = environment_of(configuration, facts.environment)
    if config is None:
        return replace(facts, policy=Policy())
    policy = _policy(config, stranger)
    facts = replace(facts, policy=policy)
    if config.approvals is None or policy.refuses_fork or policy.plans_apart:
        return facts
    plan = await _plan(repo, config, stranger.run)
    if isinstance(plan, PlanProblem):
        return replace(facts, problem=plan.text)
    gate = await _gate(services, repo, stranger, plan)
    return replace(facts, gate=GateSeen(state=gate.state, text=gate.text))


def _policy(config: EnvironmentConfig, stranger: _Stranger) -> Policy:
    run, look, lease = stranger.run, stranger.look, stranger.lease
    closed = open_window(config.freeze, look.at) if config.freeze is not None else None
    is_over = lease is None or (lease.expires_at is not None and lease.expires_at <= look.at)
    return Policy(
        is_configured=True,
        needs_approval=config.approvals is not None,
        refuses_fork=not config.allow_forks and run.head_repository != look.request.repository.full_name,
        plans_apart=config.plan is not None
        and config.plan.workflow is not None
        and _file(run) == config.workflow,
        closed=f"Nothing is deployed until {closed.until:%Y-%m-%d %H:%M %Z} {escape(closed.reason)}".rstrip()
        if closed is not None
        else "",
        held="" if lease is None or is_over else _holds(lease),
    )


def _holds(lease: Lease) -> str:
    why = f" ({escape(lease.holder.reason)})" if lease.holder.reason else ""
    return f"{code(lease.holder.person.login)} has {code(lease.place.environment)}{why}."


async def _plan(
    repo: RepositoryClient, config: EnvironmentConfig, run: WorkflowRun
) -> PlanSummary | PlanProblem | None:
    """The plan that a job of this very run made; a run of another workflow makes none."""
    if config.plan is None or config.plan.workflow is not None or _file(run) != config.workflow:
        return None
    return await read_plan(repo, run.id, config.plan.artifact, run_url=run.html_url)


async def _gate(
    services: Services, repo: RepositoryClient, stranger: _Stranger, plan: PlanSummary | None
) -> Gate:
    look, run = stranger.look, stranger.run
    request = look.request
    pull = await _pull(repo, request, run)
    opening = Opening(
        id=request.gate_id(run.attempt),
        number=pull.number if pull is not None else None,
        subject=Subject(
            environment=request.environment,
            head_sha=run.head_sha,
            tree=(await get_commit(repo, run.head_sha)).tree,
            base_ref=pull.base_ref if pull is not None else run.head_branch or "",
            plan=plan,
        ),
        requester=request.sender,
        run_id=look.run_id,
        workflow_run_id=run.id,
    )
    gate = await Keeper(services).open(repo, opening, now=look.at)
    await services.database.write(lambda connection: remember_gate(connection, request, gate.id))
    return gate


async def _pull(repo: RepositoryClient, request: ProtectionRequest, run: WorkflowRun) -> PullRequest | None:
    """The open pull request whose head the run is of, if there is one: people approve there."""
    numbers = {*request.pull_requests, *run.pull_requests}
    found = [await get_pull(repo, number) for number in sorted(numbers)]
    if run.head_branch and run.head_branch != request.repository.default_branch and run.head_repository:
        owner = run.head_repository.partition("/")[0]
        found += await pulls_of_branch(repo, f"{owner}:{run.head_branch}")
    return next((pull for pull in found if pull.is_open and pull.head_sha == run.head_sha), None)


def _file(run: WorkflowRun) -> str:
    """The name of the run's workflow file; GitHub may add `@` and the ref."""
    return run.path.partition("@")[0].rpartition("/")[2]

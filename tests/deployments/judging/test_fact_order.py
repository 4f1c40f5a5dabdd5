"""What was deployed last to an environment that comes before, by the bot or by anybody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.deployments.judging.fact_order import read_order
from bot.deployments.model import DeploymentRow, Stage, Task
from bot.deployments.store import save
from bot.github.models import DeploymentState, Sha
from bot.localhub.state import deployments, git, runs
from tests.support.commands import OTHER

if TYPE_CHECKING:
    from bot.deployments.judging.fact_model import OrderFact
    from bot.localhub.state.reports import Deployment
    from tests.support.story import Story


def made(story: Story, *states: str, sha: str | None = None, log_url: str = "") -> Deployment:
    """This function will make a GitHub Deployment to staging that goes through these states."""
    new = deployments.NewDeployment(
        ref=sha or story.pull.head_sha,
        sha=sha or story.pull.head_sha,
        environment="staging",
        creator=story.ada,
    )
    deployment = deployments.create(story.hub.store, story.repository, new)
    for state in states:
        status = deployments.NewStatus(state=state, creator=story.ada, log_url=log_url)
        deployments.add_status(story.hub.store, story.repository, deployment, status)
    return deployment


async def remember(story: Story, deployment: Deployment, **changes: object) -> DeploymentRow:
    """This function will remember the deployment as one of the bot's."""
    row = DeploymentRow(
        repository_id=story.repository.id,
        deployment_id=deployment.id,
        number=5,
        environment="staging",
        sha=Sha(deployment.sha),
        workflow_run_id=deployment.id + 1_000_000,
        run_id=f"deploy-{deployment.id}",
        state=DeploymentState.SUCCESS,
        updated_at=story.clock() - timedelta(hours=1),
        stage=Stage.SUCCEEDED,
        tree="7e57" * 10,
        log_url="https://example.org/1",
    )
    row = replace(row, **changes)  # type: ignore[arg-type] # the test names real fields
    await story.database.write(lambda connection: save(connection, row))
    return row


async def newest(story: Story) -> OrderFact:
    """This function will read what was deployed last to staging."""
    repo = story.services.repository(story.ref)
    (fact,) = await read_order(repo, ("staging",), database=story.database)
    return fact


async def test_nothing_was_deployed(story: Story) -> None:
    fact = await newest(story)
    assert (fact.environment, fact.state) == ("staging", None)


async def test_the_bots_own_is_known_by_its_row(story: Story) -> None:
    row = await remember(story, made(story, "success"))
    fact = await newest(story)
    assert (fact.sha, fact.tree, fact.state, fact.since) == (row.sha, row.tree, row.state, row.updated_at)


async def test_one_that_somebody_else_made_counts(story: Story) -> None:
    """An environment moves by other hands too: what the bot put there is no longer there."""
    await remember(story, made(story, "success"))
    store, repository = story.hub.store, story.repository
    other = git.push(store, repository, "main", files={"a": "1"}, message="Other", author=story.ada)
    made(story, "success", sha=other.sha, log_url="https://ci.example.org/7")
    fact = await newest(story)
    assert (fact.sha, fact.tree, fact.state) == (other.sha, other.tree, DeploymentState.SUCCESS)
    assert (fact.since, fact.url) == (story.clock(), "https://ci.example.org/7")


async def test_one_of_a_commit_that_is_gone_has_no_tree(story: Story) -> None:
    made(story, "success", sha=OTHER)
    assert ((await newest(story)).sha, (await newest(story)).tree) == (OTHER, "")


async def test_one_without_a_status_has_not_ended(story: Story) -> None:
    made(story)
    fact = await newest(story)
    assert (fact.state, fact.since) == (DeploymentState.PENDING, None)


@pytest.mark.parametrize("conclusion", ["success", "failure"])
async def test_the_deployment_that_github_makes_of_our_own_job_tells_nothing(
    story: Story, conclusion: str
) -> None:
    """A job with `environment:` makes one of its own, for a fork even of another commit."""
    known = runs.workflow_of(story.hub.store, story.repository, "deploy.yml")
    new = runs.NewRun(
        head_sha=story.repository.branches["main"], head_branch="main", actor=story.ada, event="push"
    )
    run = runs.start_run(story.hub.store, story.repository, known, new, jobs=())
    row = await remember(story, made(story, "success"), workflow_run_id=run.id)
    job = runs.add_job(story.hub.store, run, "apply", environment="staging")
    runs.finish_job(story.hub.store, job, conclusion)
    assert len(story.deployments) == 2
    assert (await newest(story)).sha == row.sha != run.head_sha


async def test_two_jobs_of_our_own_run_tell_nothing_although_one_made_the_other_inactive(
    story: Story,
) -> None:
    """What applies and what pushes both name the environment: GitHub's `inactive` names no run."""
    known = runs.workflow_of(story.hub.store, story.repository, "deploy.yml")
    head = story.repository.branches["main"]
    new = runs.NewRun(head_sha=head, head_branch="main", actor=story.ada, event="push")
    run = runs.start_run(story.hub.store, story.repository, known, new, jobs=())
    row = await remember(story, made(story, "success"), workflow_run_id=run.id)
    for name in ("apply", "push"):
        job = runs.add_job(story.hub.store, run, name, environment="staging")
        runs.finish_job(story.hub.store, job, "success")

    assert [one.statuses[-1].state for one in story.deployments] == ["inactive", "inactive", "success"]
    assert (await newest(story)).sha == row.sha


async def test_a_run_that_the_bot_dispatched_only_to_plan_deploys_nothing(story: Story) -> None:
    """Its job may name the environment, and then GitHub says that it was deployed to."""
    key = f"dispatch/{story.repository.id}/17/0/plan"

    async def act() -> int:
        return 4711

    await story.effects.once(key, act, read_back=act, returns=int)
    made(story, "success", log_url="https://github.com/octo/harbour/actions/runs/4711/job/1")
    assert (await newest(story)).state is None
    made(story, "success", log_url="https://github.com/octo/harbour/actions/runs/47110/job/1")
    assert (await newest(story)).state is DeploymentState.SUCCESS


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"stage": Stage.REFUSED}, False),
        ({"stage": Stage.ERRORED, "workflow_run_id": 0, "state": DeploymentState.ERROR}, False),
        ({"stage": Stage.ERRORED, "state": DeploymentState.ERROR}, True),
        ({"stage": Stage.FAILED, "state": DeploymentState.FAILURE}, True),
        ({"stage": Stage.GATED, "workflow_run_id": 0, "state": DeploymentState.PENDING}, True),
        ({"task": Task.ROLLBACK}, True),
    ],
)
async def test_one_that_changed_nothing_is_passed_over(
    story: Story, changes: dict[str, object], *, counts: bool
) -> None:
    first = await remember(story, made(story, "success"))
    second = await remember(story, made(story), sha=Sha(OTHER), **changes)
    assert (await newest(story)).sha == (second if counts else first).sha


async def test_an_environment_that_was_taken_down_has_nothing(story: Story) -> None:
    await remember(story, made(story, "success"))
    await remember(story, made(story, "success"), task=Task.TEARDOWN)
    assert (await newest(story)).state is None

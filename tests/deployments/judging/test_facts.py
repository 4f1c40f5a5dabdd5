"""What is read before a deployment is decided, from the local GitHub over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Reason
from bot.deployments.judging.facts import gather
from bot.deployments.judging.rules import decide_deploy
from bot.deployments.model import DeploymentRow, Task
from bot.deployments.store import save
from bot.gates.model import Parameter
from bot.github.errors import GitHubError
from bot.github.models import Actor, DeploymentState, Permission, Sha
from bot.github.review_models import ReviewState
from bot.localhub.faults import Fault
from bot.localhub.state import accounts, git, protection, pulls, reviews, teams
from tests.support.commands import deploy_request
from tests.support.story import BRANCH

if TYPE_CHECKING:
    from bot.deployments.judging.fact_model import DeployFacts
    from bot.deployments.model import DeployRequest
    from tests.support.story import Story

CONFIGURED = """\
environments:
  staging:
    parameters: [region]
    reviews: 1
    up_to_date: true
  production:
    plan: {}
    approvals: {}
"""


def request_of(story: Story, environment: str = "staging") -> DeployRequest:
    """This function will make the request of Ada's command for the head."""
    return replace(
        deploy_request(environment),
        repository=story.ref,
        number=story.pull.number,
        author=Actor(id=story.ada.id, login="ada"),
        head_sha=Sha(story.pull.head_sha),
        asked_at=story.clock(),
    )


async def read(story: Story, environment: str = "staging") -> DeployFacts:
    """This function will read the facts of a deployment of the head by Ada."""
    request = request_of(story, environment)
    repo = story.services.repository(story.ref)
    return await gather(repo, request, database=story.database, now=story.clock())


@pytest.mark.usefixtures("deployable")
async def test_the_defaults_are_read_without_a_configuration(story: Story) -> None:
    facts = await read(story, "STAGING")
    assert (facts.environment, facts.environments) == ("staging", ("staging", "production"))
    assert facts.permission is Permission.WRITE
    assert facts.pull.head_sha == story.pull.head_sha
    assert facts.pull.tree == git.resolve(story.hub.store, story.repository, BRANCH).tree
    assert facts.workflow is not None
    assert facts.workflow.is_active
    assert "region" in facts.workflow.names
    assert [check.name for check in facts.checks] == ["job 0"]
    assert decide_deploy(facts).reason == ""


async def test_the_configuration_is_the_default_branchs(story: Story) -> None:
    """A pull request cannot write its own policy."""
    files = {".github/pilothouse.yml": "environments: {staging: {checks: []}}"}
    git.push(story.hub.store, story.repository, BRANCH, files=files, message="Mine", author=story.ada)
    facts = await read(story)
    assert (facts.policy, facts.environments) == (None, ())


async def test_what_is_wrong_with_the_configuration_is_told_with_its_place(story: Story) -> None:
    story.configure("environments: {staging: {lease: 1m}}")
    facts = await read(story)
    assert facts.policy is None
    assert facts.configuration_mistakes[0].startswith(
        ".github/pilothouse.yml:1:26: environments.staging.lease:"
    )


async def test_only_what_the_policy_asks_for_is_read(story: Story) -> None:
    story.configure("environments: {staging: {}}")
    await read(story)
    plain = {call.operation for call in story.calls}
    assert not plain & {"pulls/list-reviews", "repos/compare-commits", "repos/list-deployments"}


async def test_reviews_count_by_person_with_what_they_may_do_now(story: Story) -> None:
    story.configure(CONFIGURED)
    store, repository = story.hub.store, story.repository
    bob, eve = store.user("bob"), store.user("eve")
    accounts.set_role(repository, bob, "write")
    reviews.submit(store, repository, story.pull, author=bob, state="changes_requested")
    reviews.submit(store, repository, story.pull, author=bob, state="approved")
    reviews.submit(store, repository, story.pull, author=bob, state="commented")
    reviews.submit(store, repository, story.pull, author=eve, state="approved")
    facts = await read(story)
    told = {one.person.login: (one.state, one.permission.covers(Permission.WRITE)) for one in facts.reviews}
    assert told == {"bob": (ReviewState.APPROVED, True), "eve": (ReviewState.APPROVED, False)}
    assert {one.sha for one in facts.reviews} == {story.pull.head_sha}


async def test_a_head_that_lacks_its_base_is_counted(story: Story) -> None:
    story.configure(CONFIGURED)
    assert (await read(story)).pull.behind == 1
    story.configure(CONFIGURED + "# again\n")
    assert (await read(story)).pull.behind == 2
    assert (await read(story, "production")).pull.behind is None


async def test_a_head_that_shares_nothing_with_its_base_is_not_counted(story: Story) -> None:
    story.configure(CONFIGURED)
    story.hub.faults.add(Fault(kind="status", path="/compare/", status=404))
    assert (await read(story)).pull.behind is None


async def test_what_github_has_yet_to_find_out_is_asked_again_where_it_matters(story: Story) -> None:
    """GitHub says null at first."""
    story.configure("environments: {staging: {mergeable: true}, other: {}}")
    assert (await read(story, "other")).pull.mergeable is None
    story.push()
    assert (await read(story)).pull.mergeable is True
    assert (await read(story)).pull.mergeable is True


async def test_somebody_who_took_an_old_login_is_somebody_else(story: Story) -> None:
    """A login can be given up and taken by another person."""
    story.configure(CONFIGURED)
    request = replace(request_of(story), author=Actor(id=story.ada.id + 99, login="ada"))
    repo = story.services.repository(story.ref)
    facts = await gather(repo, request, database=story.database, now=story.clock())
    assert facts.permission is Permission.NONE
    trusted = replace(request, is_trusted_app=True)
    facts = await gather(repo, trusted, database=story.database, now=story.clock())
    assert facts.permission is Permission.WRITE


async def test_the_protection_rule_must_be_ours(story: Story) -> None:
    story.configure(CONFIGURED)
    story.environment("production")
    assert (await read(story, "production")).has_rule is False
    protection.enable(story.hub.store, story.repository, "production", story.hub.app)
    assert (await read(story, "production")).has_rule is True
    assert (await read(story, "staging")).has_rule is False


async def test_who_is_excepted_from_a_freeze_is_asked_only_while_it_is_closed(story: Story) -> None:
    octo = story.hub.store.user("octo")
    pilots = teams.create(story.hub.store, octo, "pilots")
    teams.create(story.hub.store, octo, "night", members={"ada": "member"}, parent=pilots)
    teams.create(story.hub.store, octo, "crew")
    allow = "allow: {teams: [octo/pilots, octo/crew]}"
    for day, expected in (("2026-11-03", ("octo/pilots",)), ("2026-11-09", ())):
        window = f"windows: [{{start: {day}, end: {day}}}]"
        story.configure(f"environments:\n  staging:\n    freeze:\n      {window}\n      {allow}\n")
        assert (await read(story)).teams == expected


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({".github/workflows/deploy.yml": "on: push\n"}, "has no workflow_dispatch trigger"),
        ({".github/workflows/deploy.yml": "on: [\n"}, "is no valid YAML"),
    ],
)
async def test_the_workflow_is_read_at_the_commit_that_runs_it(
    story: Story, files: dict[str, str], problem: str
) -> None:
    story.configure(CONFIGURED)
    git.push(story.hub.store, story.repository, BRANCH, files=files, message="Other", author=story.ada)
    facts = await read(story)
    assert facts.workflow is not None
    assert (facts.workflow.is_active, facts.workflow.problem) == (True, problem)


async def test_a_workflow_that_is_not_there_says_where(story: Story) -> None:
    story.configure("environments: {staging: {workflow: gone.yml, plan: {workflow: plan.yml}}}")
    facts = await read(story)
    assert facts.workflow is not None
    assert facts.plan_workflow is not None
    assert (facts.workflow.file, facts.workflow.is_active) == ("gone.yml", False)
    assert facts.workflow.problem == f"is not there at {story.pull.head_sha}"
    assert facts.plan_workflow.file == "plan.yml"


async def test_a_fork_is_deployed_by_the_default_branchs_file(story: Story) -> None:
    store = story.hub.store
    away = accounts.fork(store, story.repository, owner=store.user("eve"))
    files = {".github/workflows/deploy.yml": "on: push\n"}
    git.push(store, away, "mine", files=files, message="Mine", author=store.user("eve"))
    story.configure("environments: {staging: {allow_forks: true}}")
    story.pull = pulls.open_pull(
        store, story.repository, title="Mine", head="mine", author=store.user("eve"), head_repository=away
    )
    reviews.submit(store, story.repository, story.pull, author=story.ada, state="approved")
    facts = await read(story)
    assert facts.pull.is_fork
    assert [one.person.login for one in facts.reviews] == ["ada"]
    assert facts.workflow is not None
    assert facts.workflow.problem == ""


@pytest.mark.parametrize(
    ("task", "file", "asked"),
    [
        (Task.ROLLBACK, "back.yml", True),
        (Task.TEARDOWN, "down.yml", True),
        (Task.DEPLOY, "deploy.yml", False),
    ],
)
async def test_a_rollback_reads_its_own_workflow_and_no_checks(
    story: Story, task: Task, file: str, *, asked: bool
) -> None:
    files = {
        ".github/workflows/back.yml": "on: {workflow_dispatch: {inputs: {sha: }}}\n",
        ".github/workflows/down.yml": "on: workflow_dispatch\n",
        ".github/pilothouse.yml": (
            "environments: {staging: {rollback: {workflow: back.yml}, teardown: {workflow: down.yml}}}"
        ),
    }
    git.push(story.hub.store, story.repository, "main", files=files, message="Add", author=story.ada)
    request = replace(request_of(story), task=task, parameters=(Parameter(name="a", value="b"),))
    repo = story.services.repository(story.ref)
    facts = await gather(repo, request, database=story.database, now=story.clock())
    assert facts.workflow is not None
    assert (facts.workflow.file, facts.workflow.problem) == (file, "")
    listed = {call.operation for call in story.calls}
    assert ("checks/list-for-ref" in listed) is not asked


@pytest.mark.parametrize(("task", "workflow"), [(Task.ROLLBACK, "deploy.yml"), (Task.DEPLOY, "")])
async def test_a_mistake_in_the_configuration_does_not_keep_production_broken(
    story: Story, task: Task, workflow: str
) -> None:
    """A rollback does with the workflow that deployed there last."""
    story.configure("environments: {staging: {lease: 1m}}")
    row = DeploymentRow(
        repository_id=story.ref.id,
        deployment_id=9,
        number=5,
        environment="staging",
        sha=Sha(story.pull.head_sha),
        workflow_run_id=40,
        run_id="deploy-9",
        state=DeploymentState.SUCCESS,
        updated_at=story.clock(),
        workflow="deploy.yml",
    )
    await story.database.write(lambda connection: save(connection, row))
    repo = story.services.repository(story.ref)
    request = replace(request_of(story), task=task)
    facts = await gather(repo, request, database=story.database, now=story.clock())
    assert facts.configuration_mistakes
    assert (facts.workflow.file if facts.workflow else "") == workflow
    assert decide_deploy(facts).reason == ("" if workflow else Reason.CONFIGURATION_INVALID)


async def test_an_environment_without_a_teardown_has_no_workflow_for_it(story: Story) -> None:
    story.configure(CONFIGURED)
    request = replace(request_of(story), task=Task.TEARDOWN)
    repo = story.services.repository(story.ref)
    facts = await gather(repo, request, database=story.database, now=story.clock())
    assert facts.workflow is None


@pytest.mark.parametrize(
    "path",
    [
        "/permission$",
        "/pulls/",
        "/commits/[0-9a-f]{40}$",
        "/contents/.github/pilothouse.yml$",
        "/contents/.github/workflows/deploy.yml$",
        "/environments$",
        "/actions/workflows$",
        "/actions/runs$",
        "/check-runs$",
        "/statuses$",
    ],
)
@pytest.mark.usefixtures("deployable")
async def test_what_cannot_be_read_is_no_fact(story: Story, path: str) -> None:
    story.hub.faults.add(Fault(kind="status", path=path, status=500))
    with pytest.raises(GitHubError):
        await read(story)

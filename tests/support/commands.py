"""Values for the tests of slash commands and deployments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.commands.grammar import Argument, Flag, Grammar
from bot.commands.model import Command, ObeyRequest, Source
from bot.commands.render import queued_receipt
from bot.config.policy import EnvironmentConfig
from bot.config.workflow_inputs import DeclaredInput
from bot.deployments.judging.fact_model import CheckFact, DeployFacts, PullFacts, WorkflowFacts, asked_of
from bot.deployments.model import DeployRequest
from bot.github.models import (
    Actor,
    Conclusion,
    InstallationId,
    Permission,
    PullRequest,
    RepositoryRef,
    Sha,
)
from bot.github.run_models import WorkflowRun

WRITTEN_AT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
HEAD = Sha("1a2b3c4d" * 5)
OTHER = Sha("9f8e7d6c" * 5)
TREE = "7e57" * 10
WEB = "https://github.com/octo/harbour"
REPOSITORY = RepositoryRef(installation_id=InstallationId(11), id=22, full_name="octo/harbour")
PERSON = Actor(id=7, login="ada")
ROBOT = Actor(id=8, login="renovate[bot]", type="Bot")

HELP = Grammar(
    verb="help",
    summary="lists the commands",
    examples=("/help", "/help deploy"),
    permission=Permission.READ,
    arguments=(Argument(name="VERB", summary="the command to explain", required=False),),
)
PING = Grammar(
    verb="ping", summary="says whether the bot is there", examples=("/ping",), permission=Permission.READ
)
DEPLOY = Grammar(
    verb="deploy",
    summary="deploys the head",
    examples=("/deploy staging",),
    permission=Permission.WRITE,
    arguments=(
        Argument(name="ENV", summary="the environment"),
        Argument(name="SHA", summary="the head's SHA", required=False),
    ),
    flags=(
        Flag(name="param", summary="a parameter", value="NAME=VALUE", repeatable=True),
        Flag(name="for", summary="how long", value="4h"),
        Flag(name="plan", summary="dry run"),
    ),
    pull_request_only=True,
    needs_head=True,
)
RERUN = Grammar(
    verb="rerun",
    summary="starts checks again",
    examples=("/rerun",),
    permission=Permission.WRITE,
    arguments=(Argument(name="JOB", summary="what", required=False, rest=True, choices=("failed", "all")),),
    pull_request_only=True,
    needs_head=True,
)
GRAMMARS = (DEPLOY, HELP, PING, RERUN)


def command(line: str = "/ping", *, index: int = 0) -> Command:
    """This function will make a command without arguments, as it would be understood."""
    return Command(index=index, line=line, verb=line.split(maxsplit=1)[0].removeprefix("/"))


def obey_request(*commands: Command, author: Actor = PERSON, is_pull_request: bool = True) -> ObeyRequest:
    """This function will make the request of a comment with these commands."""
    return ObeyRequest(
        repository=REPOSITORY,
        number=5,
        is_pull_request=is_pull_request,
        source=Source.COMMENT,
        source_id=123,
        author=author,
        created_at=WRITTEN_AT,
        commands=commands,
    )


def check(
    name: str = "test", conclusion: str = "success", *, status: str = "completed", app_id: int | None = 15368
) -> CheckFact:
    """This function will make the newest word of a check of the head."""
    return CheckFact(
        name=name,
        status=status,
        conclusion=conclusion if status == "completed" else "",
        app_id=app_id,
        url=f"{WEB}/runs/31",
    )


def workflow_facts(*names: str, file: str = "deploy.yml") -> WorkflowFacts:
    """This function will make a workflow that can be started and declares these inputs, and the SHA."""
    inputs = tuple(DeclaredInput(name=name) for name in ("environment", "sha", *names))
    return WorkflowFacts(file=file, is_active=True, inputs=inputs)


def pull_facts() -> PullFacts:
    """This function will make an open pull request of this repository."""
    return PullFacts(
        head_sha=HEAD,
        head_ref="feature",
        base_ref="main",
        is_open=True,
        is_fork=False,
        author=PERSON,
        mergeable=True,
        tree=TREE,
        pushed_at=WRITTEN_AT - timedelta(minutes=5),
        html_url=f"{WEB}/pull/5",
    )


def deploy_facts(environment_name: str = "staging") -> DeployFacts:
    """This function will make the facts of a deployment that nothing stands against."""
    return DeployFacts(
        asked=asked_of(deploy_request(environment_name)),
        now=WRITTEN_AT + timedelta(seconds=3),
        permission=Permission.WRITE,
        pull=pull_facts(),
        web_url=WEB,
        environments=("staging", "production"),
        environment="staging",
        policy=EnvironmentConfig(),
        workflow=workflow_facts(),
        checks=(check(),),
    )


def deploy_request(environment_name: str = "staging") -> DeployRequest:
    """This function will make the request of `/deploy ENVIRONMENT` for the head."""
    wanted = command(f"/deploy {environment_name}")
    request = obey_request(wanted)
    return DeployRequest(
        key="123/0",
        repository=REPOSITORY,
        number=5,
        author=PERSON,
        is_trusted_app=False,
        asked_at=WRITTEN_AT,
        environment=environment_name,
        head_sha=HEAD,
        receipt=queued_receipt(request, wanted, "Waiting."),
    )


def workflow_run(
    run_id: int = 41, *, status: str = "completed", conclusion: Conclusion | None = Conclusion.SUCCESS
) -> WorkflowRun:
    """This function will make a workflow run of the head."""
    return WorkflowRun(
        id=run_id,
        name="CI",
        path=".github/workflows/ci.yml",
        workflow_id=900,
        attempt=1,
        event="push",
        status=status,
        conclusion=conclusion if status == "completed" else None,
        head_sha=HEAD,
        head_branch="feature",
        head_repository="octo/harbour",
        pull_requests=(5,),
        html_url=f"{WEB}/actions/runs/{run_id}",
        created_at=WRITTEN_AT,
        updated_at=WRITTEN_AT,
    )


def pull_request() -> PullRequest:
    """This function will make an open pull request that can be merged."""
    return PullRequest(
        number=5,
        title="Dredge the basin",
        state="open",
        draft=False,
        merged=False,
        author=PERSON,
        head_sha=HEAD,
        head_ref="feature",
        head_repository="octo/harbour",
        base_sha=OTHER,
        base_ref="main",
        base_repository="octo/harbour",
        mergeable=True,
        html_url=f"{WEB}/pull/5",
    )

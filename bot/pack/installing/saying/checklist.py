"""Lists what a person does once so that a pipeline works, each line with the exact command or place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.pipeline import Registry
from bot.markdown import code
from bot.pack.model import CHECKS, Workflow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config.pipeline import InfrastructureConfig, PipelineConfig, ShippingConfig
    from bot.pack.rendering.pack import About

UNTICKED = "- [ ] "


def checklist(pipeline: PipelineConfig, about: About) -> str:
    """This function will list it as tasks in Markdown."""
    return "\n".join(f"{UNTICKED}{line}" for line in _lines(pipeline, about))


def _lines(pipeline: PipelineConfig, about: About) -> Iterator[str]:
    branch = code(about.default_branch)
    yield f"Look at the checks of this pull request, and merge it: {branch} then has the workflows."
    required = [
        name for workflow, name in CHECKS.items() if workflow is not Workflow.INTEGRATION or pipeline.suites
    ]
    names = ", ".join(code(name) for name in required)
    yield (
        f"Require the checks {names} on {branch} (Settings → Rules → Rulesets), "
        "each with GitHub Actions as its source: then nothing else can report them."
    )
    if pipeline.autofix:
        yield (
            f"Let {code(Workflow.AUTOFIX)} open its pull requests: Settings → Actions → General → "
            "*Allow GitHub Actions to create and approve pull requests*."
        )
    if pipeline.infrastructure is not None:
        yield from _deploying(pipeline.infrastructure, pipeline.release)
    if pipeline.release is not None:
        yield "Release by `/release v1.0.0` in an issue: `release.yml` builds, Pilothouse checks and publishes."
    yield f"`pilothouse doctor {about.full_name}` tells what is still missing, each finding with its remedy."


def _deploying(said: InfrastructureConfig, release: ShippingConfig | None) -> Iterator[str]:
    yield (
        f"Once for the AWS account, with an administrator's credentials, as {code(f'{said.folder}/README.md')} says: "
        f"{code('terraform init && terraform apply')} in {code(f'{said.folder}/bootstrap')}. It makes the buckets "
        f"{code(said.state)} and {code(said.artifacts)} and the roles of the workflows; GitHub keeps no key of AWS."
    )
    names = ", ".join(code(name) for name in dict.fromkeys((*said.environments, said.cluster)))
    yield (
        f"Make the environments {names} (Settings → Environments), with reviewers or the App's protection rule "
        "where a person decides."
    )
    images = " and `AWS_IMAGE_ROLE`" if release is not None and release.registry is Registry.ECR else ""
    yield (
        f"Set the variables that it prints: `AWS_PLAN_ROLE`{images} of the repository, `AWS_APPLY_ROLE` and "
        "`AWS_PUSH_ROLE` of each environment."
    )
    yield f"Try {code(f'/deploy {said.environments[0]}')} on a pull request."

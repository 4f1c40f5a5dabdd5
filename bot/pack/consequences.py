"""Says what a pipeline means for merges, releases and deployments, and leaves alone what a person decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.config.approving import ApprovalsConfig
from bot.config.policy import EnvironmentConfig, ParameterConfig, ParameterType, Version
from bot.config.releasing import AssetConfig
from bot.config.rolling import PlanConfig, TeardownConfig
from bot.pack.model import CHECKS, Workflow

if TYPE_CHECKING:
    from bot.config.merging import MergeConfig
    from bot.config.pipeline import PipelineConfig, ShippingConfig
    from bot.config.releasing import ReleaseConfig
    from bot.config.repository import RepositoryConfig

HEADER = (
    "# How Pilothouse works in this repository. Only the file on the default branch counts.\nversion: 1\n"
)
CHECKSUMS = "SHA256SUMS"
COMMENTS = {
    ("pipeline",): "What `pilothouse init` makes the workflows of; run it again after a change.",
    ("pipeline", "projects"): "What is built, and with which tool.",
    ("pipeline", "groups"): "Jobs of tests-all.yml that test a part by itself.",
    ("pipeline", "suites"): "Jobs of integration-tests.yml; `/test NAME` runs one at a pull request.",
    ("pipeline", "categories"): "Tests that are counted apart from the rest of their job, by their names.",
    ("pipeline", "release"): "What release.yml builds.",
    ("pipeline", "infrastructure"): "Where deploy-prod.yml deploys to.",
    ("merge",): "A merge waits for these checks; each is green only if all jobs of its workflow are.",
    ("release",): (
        "A release is published when all of this is there; with `provenance: {required: true}` only if\n"
        "each file is attested to come from this repository's own workflow, too."
    ),
    ("environments",): "`/deploy NAME` plans first; what is applied is exactly the plan that was approved.",
}

_PARAMETERS = {
    "cluster_size": ParameterConfig(type=ParameterType.NUMBER, description="How many storage nodes.")
}


def checks_of(pipeline: PipelineConfig) -> tuple[str, ...]:
    """This function will name the checks that a pipeline's workflows report as a whole."""
    there = {Workflow.BUILD, Workflow.TESTS, *({Workflow.INTEGRATION} if pipeline.suites else ())}
    return tuple(name for workflow, name in CHECKS.items() if workflow in there)


def following(had: RepositoryConfig, pipeline: PipelineConfig) -> RepositoryConfig:
    """This function will put a pipeline into a policy, and what it means for the rest as far as nobody decided it."""
    return replace(
        had,
        pipeline=pipeline,
        merge=_merge(had.merge, had.pipeline, pipeline),
        release=_release(had.release, had.pipeline, pipeline),
        environments=_environments(had, pipeline),
    )


def _merge(merge: MergeConfig, before: PipelineConfig | None, after: PipelineConfig) -> MergeConfig:
    """The checks follow a list that has all of the pipeline's; one that can never come is dropped from any."""
    new = checks_of(after)
    old = checks_of(before) if before is not None else ()
    said = merge.checks if merge.checks is not None else (() if before is None else None)
    if said is None:
        return merge
    kept = [name for name in said if name in new or name not in CHECKS.values()]
    follows = set(old) <= set(said)
    added = [name for name in new if name not in kept] if follows else []
    return replace(merge, checks=(*kept, *added))


def _release(release: ReleaseConfig, before: PipelineConfig | None, after: PipelineConfig) -> ReleaseConfig:
    """The files follow the targets as long as they are those of the pipeline before; so does their checksums file."""
    old, new = _files(before.release if before is not None else None), _files(after.release)
    if release.workflow is None or (release.assets, release.checksums) != old:
        return release
    return replace(release, assets=new[0], checksums=new[1])


def _files(shipping: ShippingConfig | None) -> tuple[tuple[AssetConfig, ...], str]:
    if shipping is None:
        return (), ""
    assets = tuple(AssetConfig(name=f"*-{{version}}-{target.value}.tar.gz") for target in shipping.targets)
    return assets, CHECKSUMS


def _environments(had: RepositoryConfig, after: PipelineConfig) -> dict[str, EnvironmentConfig]:
    """Environments that the pipeline before did not have are added; what is there stays, whoever wrote it."""
    before = had.pipeline.infrastructure if had.pipeline is not None else None
    old = before.environments if before is not None else ()
    names = after.infrastructure.environments if after.infrastructure is not None else ()
    there = {name.casefold() for name in had.environments}
    added = {
        name: _environment(names, place)
        for place, name in enumerate(names)
        if name not in old and name.casefold() not in there
    }
    return {**had.environments, **added}


def _environment(names: tuple[str, ...], place: int) -> EnvironmentConfig:
    """Each after the one before it; the last, which people rely on, with an approval; the others for a time only."""
    is_last = place == len(names) - 1
    return EnvironmentConfig(
        workflow=Workflow.DEPLOY,
        workflow_from=Version.DEFAULT_BRANCH,
        plan=PlanConfig(workflow=Workflow.DEPLOY),
        parameters=_PARAMETERS,
        requires=names[place - 1 : place] if place else (),
        approvals=ApprovalsConfig() if is_last else None,
        teardown=None if is_last else TeardownConfig(workflow=Workflow.TEARDOWN),
    )

"""What a person wishes of a pipeline that no file of the repository can say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from bot.config.pipeline import InfrastructureConfig, Kind, PipelineConfig, ShippingConfig
from bot.forms import convert

if TYPE_CHECKING:
    from collections.abc import Mapping


_NO_BUCKET = re.compile(r"[^a-z0-9]+")
_LONGEST_STEM = 50
_MOST_PROGRAMS = 20  # of a machine
_FLAGS = {
    "state": "--state-bucket",
    "artifacts": "--artifacts-bucket",
    "region": "--region",
    "environments": "--environments",
}


class Part(StrEnum):
    """A part of the pipeline that can be left out."""

    RELEASE = "release"
    DEPLOY = "deploy"
    AUTOFIX = "autofix"
    METRICS = "metrics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was said by flags or in answer to questions; None and empty are nothing said."""

    environments: tuple[str, ...] = ()
    region: str = ""
    state_bucket: str = ""
    artifacts_bucket: str = ""
    kind: Kind | None = None  # of a repository in which nothing is found
    parts: Mapping[Part, bool] = field(default_factory=dict)

    @property
    def says_where(self) -> bool:
        """Whether anything is said about where is deployed to."""
        return bool(self.environments or self.region or self.state_bucket or self.artifacts_bucket)


class IncompleteWishesError(Exception):
    """What is wished cannot be had without more being said; the message names it."""


def suggested_buckets(full_name: str) -> tuple[str, str]:
    """This function will suggest names for the buckets of the state and of the programs of a repository."""
    stem = _NO_BUCKET.sub("-", full_name.lower())[:_LONGEST_STEM].strip("-")
    return f"{stem}-state", f"{stem}-artifacts"


def remembering(suggested: PipelineConfig, before: PipelineConfig | None) -> PipelineConfig:
    """This function will keep of what was suggested before all that detection cannot know."""
    if before is None:
        return suggested
    return replace(
        suggested,
        nightly=before.nightly,
        infrastructure=before.infrastructure,
        autofix=before.autofix,
        metrics=before.metrics,
        release=suggested.release if before.release is not None else None,
    )


def wished(
    pipeline: PipelineConfig, wishes: Wishes, *, release: ShippingConfig | None = None
) -> PipelineConfig:
    """This function will give a pipeline the parts and places that a person wishes.

    Args:
        pipeline: The pipeline without them.
        wishes: What the person wishes.
        release: What a release would be, where the pipeline has none and one is wished.

    Raises:
        IncompleteWishesError: a bucket is missing, or nothing is found that a release could have.
    """
    parts = wishes.parts
    pipeline = replace(
        pipeline,
        release=_release(pipeline.release, release, wanted=parts.get(Part.RELEASE)),
        autofix=parts.get(Part.AUTOFIX, pipeline.autofix),
        metrics=parts.get(Part.METRICS, pipeline.metrics),
    )
    if not parts.get(Part.DEPLOY, True):
        return replace(pipeline, infrastructure=None)
    if wishes.says_where or parts.get(Part.DEPLOY, False):
        return replace(pipeline, infrastructure=_infrastructure(pipeline, wishes))
    return pipeline


def _release(
    before: ShippingConfig | None, found: ShippingConfig | None, *, wanted: bool | None
) -> ShippingConfig | None:
    if wanted is None:
        return before
    if wanted and before is None and found is None:
        raise IncompleteWishesError(
            "Nothing here builds a program that a release could have: name some in the configuration, "
            "under `pipeline.release`."
        )
    return (before or found) if wanted else None


def _infrastructure(pipeline: PipelineConfig, wishes: Wishes) -> InfrastructureConfig:
    before = pipeline.infrastructure
    state = wishes.state_bucket or (before.state if before else "")
    artifacts = wishes.artifacts_bucket or (before.artifacts if before else "")
    missing = [
        name for name, text in (("--state-bucket", state), ("--artifacts-bucket", artifacts)) if not text
    ]
    if missing:
        raise IncompleteWishesError(
            f"Deploying needs {' and '.join(missing)}: names of S3 buckets, which Terraform makes where you say so."
        )
    chosen = before or _first(pipeline.release, InfrastructureConfig(state=state, artifacts=artifacts))
    return _valid(
        replace(
            chosen,
            state=state,
            artifacts=artifacts,
            region=wishes.region or chosen.region,
            environments=wishes.environments or chosen.environments,
        )
    )


def _first(release: ShippingConfig | None, usual: InfrastructureConfig) -> InfrastructureConfig:
    """Machines that run what is released: without programs they would run nothing."""
    if release is None:
        return usual
    return replace(usual, storage=replace(usual.storage, programs=release.binaries[:_MOST_PROGRAMS]))


def _valid(said: InfrastructureConfig) -> InfrastructureConfig:
    try:
        return convert(msgspec.to_builtins(said), InfrastructureConfig)
    except msgspec.ValidationError as error:
        text = str(error)
        for key, flag in _FLAGS.items():
            text = text.replace(f"`$.{key}", f"`{flag}")
        raise IncompleteWishesError(f"{text}.") from error

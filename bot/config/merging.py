"""What a repository may say about merging: which evidence is needed, what stops it, in which order it happens."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from bot.config.approving import FreezeConfig  # noqa: TC001 - msgspec reads the annotations at run time
from bot.config.terms import Duration, Strict
from bot.github.models import Permission


class MergeMethod(StrEnum):
    """How the commits of a pull request come into its base."""

    MERGE = "merge"
    SQUASH = "squash"
    REBASE = "rebase"


class UpdateMethod(StrEnum):
    """How a pull request's branch gets what is new in its base."""

    MERGE = "merge"
    REBASE = "rebase"
    NEVER = "never"


class Bump(StrEnum):
    """The largest step of a dependency's version that is meant."""

    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


class AutomaticConfig(Strict, frozen=True, kw_only=True):
    """Pull requests that are merged when green although nobody asked; every key that is given must hold."""

    authors: Annotated[
        tuple[str, ...],
        Meta(description="Logins of their authors.", examples=[["dependabot[bot]"]], min_length=1),
    ]
    labels: Annotated[tuple[str, ...], Meta(description="Labels, all of which they must have.")] = ()
    branches: Annotated[
        tuple[str, ...], Meta(description="Patterns of their base branches; `*` is any text.")
    ] = ()
    files: Annotated[
        tuple[str, ...], Meta(description="Patterns of which every changed file must match one.")
    ] = ()
    bump: Annotated[
        Bump | None,
        Meta(description="The largest step of a dependency's version, as the title or the labels tell it."),
    ] = None


class TrainConfig(Strict, frozen=True, kw_only=True):
    """How pull requests are tested on top of each other before they are merged together."""

    batch: Annotated[
        int, Meta(description="How many pull requests are tested together at most.", ge=1, le=50)
    ] = 8
    retries: Annotated[
        int,
        Meta(description="How often failed jobs run again before somebody is blamed.", ge=0, le=3),
    ] = 1
    time_limit: Annotated[
        Duration, Meta(description="How long the checks of a batch may take before it counts as red.")
    ] = "2h"
    branch: Annotated[
        str,
        Meta(
            description="Where batches are built; a workflow must run on pushes to branches that begin so.",
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}/$",
        ),
    ] = "pilothouse/train/"


class MergeConfig(Strict, frozen=True, kw_only=True):
    """When a pull request is merged, and how."""

    method: Annotated[
        MergeMethod | None,
        Meta(
            description="The method; without it the first that the repository allows of squash, merge, rebase."
        ),
    ] = None
    permission: Annotated[Permission, Meta(description="The role that `/merge` and the label need.")] = (
        Permission.WRITE
    )
    label: Annotated[
        str, Meta(description="The label by which a pull request is merged when green; empty for none.")
    ] = ""
    automatic: Annotated[
        tuple[AutomaticConfig, ...], Meta(description="What is merged when green although nobody asked.")
    ] = ()
    checks: Annotated[
        tuple[str, ...] | None,
        Meta(
            description="Names of checks that must be green, beside those that GitHub's protection requires; "
            "an empty list says that no check is needed where nothing requires one."
        ),
    ] = None
    reviews: Annotated[
        int, Meta(description="How many approving reviews of the head it needs.", ge=0, le=10)
    ] = 0
    quiet: Annotated[
        Duration, Meta(description="How long all must have been green and still before it is merged.")
    ] = "30s"
    blocking_labels: Annotated[tuple[str, ...], Meta(description="Labels that stop it.")] = (
        "do-not-merge",
        "hold",
        "wip",
    )
    blocking_titles: Annotated[
        tuple[str, ...],
        Meta(description="Regular expressions; a title in which one is found stops it."),
    ] = (r"(?i)^\W*(wip|draft|do not merge|dnm)\b",)
    priority_labels: Annotated[
        tuple[str, ...], Meta(description="Labels that put it before others, the first before the second.")
    ] = ()
    freeze: Annotated[FreezeConfig | None, Meta(description="When nothing is merged.")] = None
    red_base: Annotated[
        bool,
        Meta(
            description="Whether pull requests wait while a needed check of their base is red; one that contains "
            "the base's newest commit and is green mends it and goes ahead."
        ),
    ] = True
    up_to_date: Annotated[
        bool, Meta(description="Whether the head must contain the newest commit of its base.")
    ] = False
    update: Annotated[
        UpdateMethod, Meta(description="How a branch that must be up to date is brought there.")
    ] = UpdateMethod.MERGE
    update_forks: Annotated[
        bool, Meta(description="Whether branches in forks are updated too, where their owner allows it.")
    ] = False
    allow_forks: Annotated[bool, Meta(description="Whether pull requests from forks are merged.")] = True
    delete_branch: Annotated[
        bool, Meta(description="Whether its branch is deleted after the merge, unless others rest on it.")
    ] = False
    train: Annotated[
        TrainConfig | None, Meta(description="Whether pull requests are tested together first.")
    ] = None

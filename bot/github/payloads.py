"""The shapes of webhook deliveries, as little of them as the typed events need."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

from bot.github.models import Conclusion  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.shapes import (  # noqa: TC001 - msgspec reads the annotations at run time
    AppShape,
    BranchShape,
    CommentShape,
    Id,
    InstallationShape,
    Moment,
    NumberShape,
    PullShape,
    RepositoryShape,
    UserShape,
)
from bot.github.shapes_runs import (  # noqa: TC001 - msgspec reads the annotations at run time
    CheckShape,
    DeploymentShape,
    DeploymentStatusShape,
    JobShape,
    RunShape,
)

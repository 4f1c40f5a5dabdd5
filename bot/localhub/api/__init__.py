"""The operations of GitHub's REST API, by area, each a function from a call to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.api import (
    accounts,
    apps,
    artifacts,
    branches,
    checks,
    collaborators,
    comments,
    contents,
    deployments,
    git,
    git_objects,
    issues,
    jobs,
    protection,
    pulls,
    release_assets,
    releases,
    reviews,
    statuses,
    workflows,
)
from bot.localhub.api.merging import pulls as merging

if TYPE_CHECKING:
    from bot.localhub.exchange import Handlers

HANDLERS: Handlers = {
    **accounts.HANDLERS,
    **apps.HANDLERS,
    **artifacts.HANDLERS,
    **branches.HANDLERS,
    **checks.HANDLERS,
    **collaborators.HANDLERS,
    **comments.HANDLERS,
    **contents.HANDLERS,
    **deployments.HANDLERS,
    **git.HANDLERS,
    **git_objects.HANDLERS,
    **issues.HANDLERS,
    **jobs.HANDLERS,
    **merging.HANDLERS,
    **protection.HANDLERS,
    **pulls.HANDLERS,
    **release_assets.HANDLERS,
    **releases.HANDLERS,
    **reviews.HANDLERS,
    **statuses.HANDLERS,
    **workflows.HANDLERS,
}

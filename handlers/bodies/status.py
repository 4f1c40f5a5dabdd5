"""What `/status` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Done
from bot.commands.standing import Deployed, Standing, render_standing
from bot.deployments.leases.view import environments_said
from bot.github.checks import list_checks
from bot.github.deployments import list_deployments, newest_state
from bot.github.models import DeploymentState
from bot.github.pulls import get_pull
from bot.merging.saying.standing import merge_said

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient

MOST_ENVIRONMENTS = 10


async def status(run: Run, call: Call, services: Services) -> Outcome:
    """This function will show head, checks, deployments, merge and held environments as they stand now."""
    repo = services.repository(call.request.repository)
    name = f"standing {call.command.index}"
    standing = await run.step(name, lambda: _read(repo, call.request.number), returns=Standing)
    merge = await merge_said(run, call, services)
    held = await environments_said(run, call, services)
    shown = "\n".join(part for part in (render_standing(standing), merge) if part)
    return Done(text="\n\n".join(part for part in (shown, held) if part))


async def _read(repo: RepositoryClient, number: int) -> Standing:
    pull = await get_pull(repo, number)
    checks = await list_checks(repo, pull.head_sha)
    newest: dict[str, int] = {}
    for deployment in await list_deployments(repo, sha=pull.head_sha):
        newest.setdefault(deployment.environment, deployment.id)
    deployed = [
        Deployed(environment=name, state=await newest_state(repo, made) or DeploymentState.PENDING)
        for name, made in sorted(newest.items())[:MOST_ENVIRONMENTS]
    ]
    return Standing(pull=pull, checks=checks, deployed=tuple(deployed))

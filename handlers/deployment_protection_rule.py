"""A job waits for an environment that our protection rule guards: GitHub is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.protection.model import ProtectionRequest

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import DeploymentProtectionRuleEvent


def requested(event: DeploymentProtectionRuleEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the run that answers whether the job may go on."""
    request = ProtectionRequest(
        repository=event.repository,
        workflow_run_id=event.workflow_run_id,
        environment=event.environment,
        sender=event.sender,
        guid=guid,
        callback_url=event.callback_url,
        pull_requests=event.pull_requests,
    )
    return (request.start(),)

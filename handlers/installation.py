"""The App was given repositories: what their configuration says already holds from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.costs.metering.model import FindBudgets
from bot.github.models import InstallationId

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import InstallationEvent

_MOST = 100  # of the others a push, a command or the clock finds the budget


def budgets_found(event: InstallationEvent, guid: str) -> tuple[Intent, ...]:
    """This function will have the configuration of new repositories read for a budget."""
    if not event.added:
        return ()
    found = FindBudgets(
        installation_id=InstallationId(event.installation_id), names=event.added[:_MOST], cause=guid
    )
    return (found.start(),)

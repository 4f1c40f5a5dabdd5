"""The App was given repositories, or lost some: what their configuration says holds from now on, or no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.costs.metering.model import FindBudgets
from bot.github.models import InstallationId
from bot.recovery.knowing import KnowRepositories
from bot.supervision.model import FindSupervisions

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import InstallationEvent

_MOST = 100  # of the others a push, a command or the clock finds what they say


def policies_found(event: InstallationEvent, guid: str) -> tuple[Intent, ...]:
    """This function will have the configuration of new repositories read for budgets and what is watched."""
    if not event.added:
        return ()
    installation, names = InstallationId(event.installation_id), event.added[:_MOST]
    return (
        FindBudgets(installation_id=installation, names=names, cause=guid).start(),
        FindSupervisions(installation_id=installation, names=names, cause=guid).start(),
    )


def repositories_known(event: InstallationEvent, guid: str) -> tuple[Intent, ...]:
    """This function will have the list of repositories that the App may see made anew for an installation."""
    is_gone = event.action in {"deleted", "suspend"}
    return (KnowRepositories(installation_id=event.installation_id, is_gone=is_gone, cause=guid).start(),)

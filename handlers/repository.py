"""A repository was renamed, moved, deleted, shown to others, or has another default branch: what is known follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.recovery.knowing import KnowRepositories

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import RepositoryEvent


def known_again(event: RepositoryEvent, guid: str) -> tuple[Intent, ...]:
    """This function will have GitHub asked how the repository stands now."""
    return (
        KnowRepositories(
            installation_id=event.repository.installation_id,
            is_gone=False,
            cause=guid,
            repository_id=event.repository.id,
            full_name=event.repository.full_name,
        ).start(),
    )

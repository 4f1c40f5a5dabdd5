"""Shows on GitHub how a wish stands: the check run `pilothouse / merge` on the head of its pull request."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.decisions.store import concluded, recorded
from bot.github.checks import update_check
from bot.github.errors import GitHubError
from bot.merging.saying.render import Shown, external_id, render_check, render_left
from bot.merging.wishes.changes import save_check
from bot.merging.wishes.store import open_wishes, wish_of
from bot.merging.wishes.timing import usual_wait
from bot.page_links import MERGES, Kind
from bot.storage.check_effect import keep_check

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.github.client import RepositoryClient
    from bot.github.models import CheckReport
    from bot.merging.model import Wish

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Publisher:
    """Makes GitHub show what is known; where GitHub does not answer, the next look does it."""

    services: Services

    async def publish(self, repo: RepositoryClient, wish: Wish, *, is_asked: bool = False) -> Wish:
        """This function will make the check run on the wish's head say how the wish stands at this very moment.

        What it says already is not sent again.

        Args:
            repo: where the pull request is.
            wish: as it stood.
            is_asked: whether GitHub waits for the check run to be written again.
        """
        shown = await self.services.database.read(lambda connection: _present(connection, wish))
        wish, report = shown.wish, render_check(replace(shown, url=self._page(shown.wish)))
        digest = hashlib.sha256(repr(report).encode()).hexdigest()
        if digest == wish.check_digest and not is_asked:
            return wish
        try:
            check_run_id = await self._write(repo, wish, report)
        except GitHubError as error:
            _log.warning("merge_not_shown", number=wish.number, error=str(error))
            return wish
        await self.services.database.write(
            lambda connection: save_check(connection, wish, check_run_id=check_run_id, digest=digest)
        )
        return replace(wish, check_run_id=check_run_id, check_digest=digest)

    async def publish_places(self, repo: RepositoryClient, base_ref: str) -> None:
        """This function will make the check runs of everything that waits for the base tell its place as it is now."""
        repository_id = repo.ref.id
        wishes = await self.services.database.read(
            lambda connection: open_wishes(connection, repository_id, base_ref=base_ref)
        )
        for wish in wishes:
            if wish.check_run_id is not None:  # else its first look is still to come
                await self.publish(repo, wish)

    async def leave(self, repo: RepositoryClient, wish: Wish, *, new_head: str) -> None:
        """This function will end the check run on a commit that is no head any more."""
        if wish.check_run_id is None:
            return
        try:
            await update_check(repo, wish.check_run_id, render_left(wish, new_head=new_head))
        except GitHubError as error:
            _log.warning("merge_not_left", number=wish.number, error=str(error))

    def _page(self, wish: Wish) -> str | None:
        links = self.services.links
        if links is None:
            return None
        return links.address(wish.repository_id, Kind.MERGES, MERGES, now=wish.updated_at)

    async def _write(self, repo: RepositoryClient, wish: Wish, report: CheckReport) -> int:
        if wish.check_run_id is None:
            key = f"merge_check/{repo.ref.id}/{external_id(wish.number)}/{report.head_sha}"
            return await keep_check(self.services.effects, repo, report, key=key)
        await update_check(repo, wish.check_run_id, report)
        return wish.check_run_id


def _present(connection: Connection, wish: Wish) -> Shown:
    """Read right before it is shown: somebody else may have changed it meanwhile."""
    now = wish_of(connection, wish.repository_id, wish.number)
    if now is not None and now.head_sha == wish.head_sha:
        wish = now
    row = recorded(connection, wish.decision_id) if wish.decision_id else None
    before = open_wishes(connection, wish.repository_id, base_ref=wish.base_ref)
    numbers = [each.number for each in before]
    ahead = numbers[: numbers.index(wish.number)] if wish.number in numbers else []
    return Shown(
        wish=wish,
        decision=concluded(row) if row is not None else None,
        ahead=tuple(ahead),
        usual=usual_wait(connection, wish.repository_id, wish.base_ref),
    )

"""Keeps wishes: reads everything about one, decides, saves how it stands, shows it, and merges what was decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.audit.canonical import canonical, digest
from bot.decisions.store import Where, record, recorded
from bot.github.errors import GitHubError, Unavailable, Uncertain
from bot.merging.acting.merge_call import merge_one, read_merged
from bot.merging.acting.model import Came, MergeCall
from bot.merging.acting.queueing import dequeue, is_queued
from bot.merging.judging.fact_model import asked_of
from bot.merging.judging.facts import gather
from bot.merging.judging.rules import decide_merge
from bot.merging.keeping.endings import after_merging, left_queue
from bot.merging.keeping.model import Act, Look
from bot.merging.keeping.rules import Seen, may_soon_merge, next_of
from bot.merging.model import MergeState
from bot.merging.saying.check import Publisher
from bot.merging.wishes.changes import begin_merging, save
from bot.merging.wishes.holds import hold_of
from bot.merging.wishes.store import open_wishes, wish_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.decisions.model import Decision
    from bot.github.client import RepositoryClient
    from bot.merging.judging.fact_model import MergeFacts
    from bot.merging.model import Hold, Wish

_TRIES = 5  # while others change the same wish
_UNREAD = timedelta(minutes=1)  # until it is looked at again after GitHub did not answer
_UNHEARD = timedelta(minutes=2)  # after which GitHub's queue is asked about one that should be in it
_LOST = timedelta(minutes=10)  # after which nobody is merging it any more: whoever did has died

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps the wishes of every repository; each of its acts may be done twice and none raises GitHub's errors."""

    services: Services

    async def look(
        self, repo: RepositoryClient, number: int, *, now: datetime, is_asked: bool = False
    ) -> Look | None:
        """This function will find out how a wish stands now, save and show it; None where there is nothing to do.

        Args:
            repo: where the pull request is.
            number: of the pull request.
            now: the time.
            is_asked: whether GitHub waits for the check run to be written again.
        """
        for _ in range(_TRIES):
            wish, hold = await self._read(repo.ref.id, number)
            if wish is None:
                return None
            if not _is_open(wish, now):
                return await self._over(repo, wish, now=now, is_asked=is_asked)
            try:
                facts = await gather(self.services, repo.ref, asked_of(wish), hold=hold, now=now)
            except GitHubError as error:
                _log.warning("merge_facts_not_read", number=number, error=str(error))
                is_down = isinstance(
                    error, Unavailable | Uncertain
                )  # what is refused is refused in a minute too
                return Look(before=wish, wish=wish, wake=_UNREAD if is_down else None)
            look = await self._left_queue(repo, wish, now) or await self._decided(repo, wish, facts)
            if look.act is Act.DEQUEUE and not await dequeue(
                repo, number
            ):  # else it may be merged all the same
                return Look(before=wish, wish=wish, wake=_UNREAD)
            if look.wish.state is MergeState.MERGED and look.in_line_since is not None:
                await self._note_wait(look)
            if await self._saved(look):
                look = replace(look, is_again=wish.updated_at == now)
                return await self._shown(repo, look, facts, is_asked=is_asked)
        return None

    async def merge(self, repo: RepositoryClient, look: Look, *, key: str, now: datetime) -> Look:
        """This function will merge what was decided, unless somebody held it or took it back meanwhile.

        Args:
            repo: where the pull request is.
            look: that came to the decision.
            key: tells this attempt from those that other looks led to.
            now: the time.
        """
        wish = await self.services.database.write(
            lambda connection: begin_merging(connection, look.wish, now=now)
        )
        if wish is None or wish.state is not MergeState.MERGING:
            return Look(before=look.wish, wish=wish or look.wish)
        call = MergeCall(number=wish.number, head_sha=wish.head_sha, method=look.method, key=key)
        merging = await merge_one(repo, call, services=self.services)
        if merging.came is Came.MERGED:
            await self._note_wait(look)
        after = after_merging(look, wish, merging, now=now)
        await self._saved(after)
        return replace(after, wish=await Publisher(self.services).publish(repo, after.wish))

    async def _note_wait(self, look: Look) -> None:
        """Before the end of the wish is saved: whoever dies in between does it once more, and it counts once."""
        levels, wish = self.services.levels, look.wish
        cause = f"{wish.repository_id}-{wish.number}"
        if levels is not None and look.in_line_since is not None:
            await levels.merged_in_line(cause, wish.repository_id, began_at=look.in_line_since)
        elif levels is not None and look.ready_since is not None:
            await levels.merged(cause, wish.repository_id, began_at=look.ready_since)

    async def settle(self, repo: RepositoryClient, before: Wish, after: Wish) -> Wish:
        """This function will save and show how a wish stands, unless somebody has changed it since it was read."""
        if not await self._saved(Look(before=before, wish=after)):
            found, _ = await self._read(before.repository_id, before.number)
            # a process that died after this was saved does it once more
            is_done = found is not None and (found.wish, found.updated_at) == (after.wish, after.updated_at)
            if found is None or not is_done:
                return before
            after = found
        return await Publisher(self.services).publish(repo, after)

    async def _over(
        self, repo: RepositoryClient, wish: Wish, *, now: datetime, is_asked: bool
    ) -> Look | None:
        if is_asked:
            await Publisher(self.services).publish(repo, wish, is_asked=True)
        return Look(before=wish, wish=wish, is_again=True) if wish.updated_at == now else None

    async def _read(self, repository_id: int, number: int) -> tuple[Wish | None, Hold | None]:
        return await self.services.database.read(
            lambda connection: (
                wish_of(connection, repository_id, number),
                hold_of(connection, repository_id, number),
            )
        )

    async def _decided(self, repo: RepositoryClient, wish: Wish, facts: MergeFacts) -> Look:
        decision = decide_merge(facts)
        is_first = await self.services.database.read(lambda connection: _is_first(connection, wish))
        look = next_of(Seen(wish=wish, facts=facts, decision=decision, is_first=is_first))
        after = replace(look.wish, decision_id=await self._recorded(repo, wish, facts, decision))
        if (after.state, after.reason, after.text) == (wish.state, wish.reason, wish.text):
            after = replace(after, updated_at=wish.updated_at)
        return replace(look, wish=after)

    async def _left_queue(self, repo: RepositoryClient, wish: Wish, now: datetime) -> Look | None:
        """GitHub tells when its queue puts one out; where that was lost, it is asked after a while."""
        if wish.state is not MergeState.QUEUED or now < wish.updated_at + _UNHEARD:
            return None
        if await is_queued(repo, wish.number) is not False:
            return None
        try:
            if await read_merged(repo, wish.number) is not None:
                return None  # the decision finds it merged
        except GitHubError as error:
            _log.warning("queue_not_read", number=wish.number, error=str(error))
            return None
        return Look(before=wish, wish=left_queue(wish, "", now=now))

    async def _recorded(
        self, repo: RepositoryClient, wish: Wish, facts: MergeFacts, decision: Decision
    ) -> str:
        before = await self.services.database.read(lambda connection: recorded(connection, wish.decision_id))
        if before is not None and before.decision == canonical(decision):
            return wish.decision_id
        return await record(
            self.services.database,
            decision,
            facts=(facts,),
            where=Where(repository=repo.ref, number=wish.number, environment="", at=facts.now),
            key=f"merge/{repo.ref.id}/{wish.number}/{wish.wish}/{wish.decision_id}/{digest(decision)}",
        )

    async def _shown(self, repo: RepositoryClient, look: Look, facts: MergeFacts, *, is_asked: bool) -> Look:
        publisher = Publisher(self.services)
        if look.act is Act.MERGE and not facts.is_own_check_required:
            return look  # what came of it is shown in a moment
        if facts.pull.head_sha != look.wish.head_sha and look.wish.state.is_over:
            await publisher.leave(repo, look.wish, new_head=facts.pull.head_sha)
            return look
        return replace(look, wish=await publisher.publish(repo, look.wish, is_asked=is_asked))

    async def _saved(self, look: Look) -> bool:
        return await self.services.database.write(lambda connection: save(connection, look.before, look.wish))


def _is_open(wish: Wish, now: datetime) -> bool:
    is_merging = wish.state is MergeState.MERGING and now < wish.updated_at + _LOST
    return not wish.state.is_over and not is_merging


def _is_first(connection: Connection, wish: Wish) -> bool:
    """Whether nothing that may soon be merged into its base goes before it."""
    for other in open_wishes(connection, wish.repository_id, base_ref=wish.base_ref):
        if other.number == wish.number:
            return True
        if may_soon_merge(other):
            return False
    return True

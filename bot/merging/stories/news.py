"""The story of what people do to a pull request: a label makes a wish, a push may end one, closing does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

import structlog

from bot.commands.reasons import Reason
from bot.github.collaborators import permission_of_person
from bot.github.errors import GitHubError, Unavailable, Uncertain
from bot.github.models import Permission
from bot.github.pulls import get_pull
from bot.markdown import code
from bot.merging.keeping.endings import left_queue
from bot.merging.keeping.model import Change, MergeNews
from bot.merging.keeping.priorities import priority_of
from bot.merging.keeping.wishing import Asking, new_wish, read_policy, wish_of_policy
from bot.merging.model import EvaluateMerges, MergeState, Source, Wish
from bot.merging.saying.check import Publisher
from bot.merging.stories.boarding import carrier_of
from bot.merging.train.boarding import wake_trains
from bot.merging.wishes.changes import Took, ask, save
from bot.merging.wishes.states import ended, moved
from bot.merging.wishes.store import open_wishes, wish_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.config.merging import MergeConfig
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.merging.keeping.carrying import Carrier

_log = structlog.get_logger()
_PATIENCE = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15))
_DEPENDING = {Reason.DEPENDENCY_OPEN, Reason.STACKED}
# GitHub's reasons for taking a pull request out of its queue that nobody needs to hear of.
# https://docs.github.com/en/webhooks/webhook-events-and-payloads?actionType=dequeued#pull_request
_MERGED_BY_QUEUE = {"MERGE", "ALREADY_MERGED"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A wish before and after."""

    before: Wish | None = None
    after: Wish | None = None


async def hear_news(run: Run, news: MergeNews, *, services: Services) -> None:
    """This function will take in what somebody did, and look at the wish that follows from it, if there is one."""
    carrier = carrier_of(run, news.repository, services)
    teller = _Teller(run=run, news=news, services=services, carrier=carrier)
    changed = await teller.take_in()
    if changed.after is not None:
        await carrier.tell(changed.before, changed.after)
    wish = await carrier.consider(news.number)
    if changed.after is not None:
        await carrier.tell_places(changed.after.base_ref)
    moved_on = EvaluateMerges(repository=news.repository, number=news.number, cause=f"news-{news.cause}")
    await wake_trains(run, moved_on, database=services.database)
    is_closed = news.change is Change.CLOSED
    if is_closed and (wish is None or wish.state.is_over):
        await teller.look_at_dependents()


@dataclass(slots=True)
class _Teller:
    run: Run
    news: MergeNews
    services: Services
    carrier: Carrier

    @property
    def repo(self) -> RepositoryClient:
        return self.carrier.repo

    async def take_in(self) -> Changed:
        """Change what is wished for, as far as the news alone does."""
        now = await self.run.now()
        match self.news.change:
            case Change.PUSHED:
                return await self._patiently("pushed", now)
            case Change.DEQUEUED:
                return await self._patiently("dequeued", now)
            case Change.LABELED | Change.OTHER:
                return await self._patiently("wanted", now)
            case Change.UNLABELED | Change.CLOSED:
                return Changed()  # the look at the wish finds the label gone, the pull request closed
            case _:
                assert_never(self.news.change)

    async def look_at_dependents(self) -> None:
        """Have everything looked at again that may have waited for this pull request."""
        repository = self.news.repository
        is_waited_for = await self.run.step(
            "depending",
            lambda: self.services.database.read(
                lambda connection: any(
                    wish.reason in _DEPENDING for wish in open_wishes(connection, repository.id)
                )
            ),
            returns=bool,
        )
        if is_waited_for:
            again = EvaluateMerges(repository=repository, cause=f"closed-{self.news.cause}")
            await self.run.send(again.start())

    async def _patiently(self, name: str, now: datetime) -> Changed:
        """While GitHub is down nothing can be merged anyway; what it refuses it refuses in a minute too."""
        for patience in _PATIENCE:
            try:
                return await self._step(name, now)
            except (Unavailable, Uncertain) as error:
                _log.warning("merge_news_not_taken_in", number=self.news.number, error=str(error))
                await self.run.sleep(patience)
            except GitHubError as error:
                _log.warning("merge_news_refused", number=self.news.number, error=str(error))
                break
        return Changed()

    async def _step(self, name: str, now: datetime) -> Changed:
        acts = {"pushed": self._pushed, "dequeued": self._dequeued, "wanted": self._wanted}

        async def act() -> Changed:
            changed = await acts[name](now)
            if changed.after is not None:
                return changed
            wish = await self._wish()
            # a process that died after it saved this does it once more, and has not told anybody
            return Changed(after=wish) if wish is not None and wish.updated_at == now else changed

        return await self.run.step(name, act, returns=Changed)

    async def _pushed(self, now: datetime) -> Changed:
        """A wish goes on with the new head where we pushed, or somebody who may merge himself."""
        wish = await self._open_wish()
        if wish is None or wish.head_sha == self.news.head_sha:
            return await self._wanted(now)
        may = await self._may_push_over(wish)
        await Publisher(self.services).leave(self.repo, wish, new_head=self.news.head_sha)
        new, who = self.news.head_sha, code(self.news.person.login)
        if not may:
            text = (
                f"{who} pushed {code(new[:7])}, and may not merge here, so the wish for "
                f"{code(wish.head_sha[:7])} ends. Somebody who may can write {code('/merge')} again."
            )
            return await self._saved(
                wish, ended(wish, MergeState.WITHDRAWN, Reason.HEAD_MOVED, text, now=now)
            )
        text = f"{who} pushed {code(new[:7])}; the wish goes on with it."
        after = moved(wish, MergeState.WAITING, Reason.CHECKS_RUNNING, text, now=now)
        after = replace(after, asked_sha=new, head_sha=new, check_run_id=None, check_digest="", ready_at=None)
        return await self._saved(wish, after)

    async def _may_push_over(self, wish: Wish) -> bool:
        """Of the policy's own wish the policy decides anew, by who wrote the commits."""
        person = self.news.person
        if wish.source is Source.POLICY or person.login == (await self.repo.identity()).login:
            return True
        policy = await read_policy(self.repo)
        needed = policy.permission if policy is not None else Permission.WRITE
        return (await permission_of_person(self.repo, person)).covers(needed)

    async def _dequeued(self, now: datetime) -> Changed:
        wish = await self._open_wish()
        if wish is None or wish.state is not MergeState.QUEUED or self.news.reason in _MERGED_BY_QUEUE:
            return Changed()
        return await self._saved(wish, left_queue(wish, self.news.reason, now=now))

    async def _wanted(self, now: datetime) -> Changed:
        """A label or the policy may want it, where nobody does yet."""
        policy = await read_policy(self.repo)
        if policy is None or not (policy.label or policy.automatic):
            return Changed()
        wish = await self._labelled(policy, now)
        wish = wish or await wish_of_policy(self.repo, self.news.number, policy, now=now)
        if wish is None:
            return Changed()
        return await self.services.database.write(lambda connection: _asked(connection, wish))

    async def _labelled(self, policy: MergeConfig, now: datetime) -> Wish | None:
        is_label = self.news.change is Change.LABELED and bool(policy.label)
        if not is_label or self.news.label.casefold() != policy.label.casefold():
            return None
        pull = await get_pull(self.repo, self.news.number)
        asking = Asking(
            wish=f"label-{self.news.cause}"[:64],
            source=Source.LABEL,
            person=self.news.person,
            priority=priority_of(policy, pull.labels),
        )
        wish = new_wish(self.repo.ref.id, pull, asking, now=now)
        # What was pushed after the label was put is not what it was put for.
        return replace(wish, asked_sha=self.news.head_sha, head_sha=self.news.head_sha)

    async def _wish(self) -> Wish | None:
        repository_id, number = self.news.repository.id, self.news.number
        return await self.services.database.read(
            lambda connection: wish_of(connection, repository_id, number)
        )

    async def _open_wish(self) -> Wish | None:
        wish = await self._wish()
        return None if wish is None or wish.state.is_over else wish

    async def _saved(self, before: Wish, after: Wish) -> Changed:
        is_saved = await self.services.database.write(lambda connection: save(connection, before, after))
        return Changed(before=before, after=after) if is_saved else Changed()


def _asked(connection: Connection, wish: Wish) -> Changed:
    before = wish_of(connection, wish.repository_id, wish.number)
    if wish.source is Source.POLICY and before is not None and before.asked_sha == wish.asked_sha:
        return Changed()  # what became of it at this head is not tried again by itself
    asked = ask(connection, wish)
    return (
        Changed(before=asked.before, after=asked.wish)
        if asked.took in {Took.NEW, Took.REPLACED}
        else Changed()
    )

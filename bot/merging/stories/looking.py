"""The stories of wishes: looked at again when something happens, asked for by a command, after a time, by a queue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.github.errors import GitHubError, Unavailable, Uncertain
from bot.github.limits import Priority
from bot.merging.keeping.model import AskRequest, GroupRequest, LookLater, Telling
from bot.merging.model import EvaluateMerges, MergeState, Wish
from bot.merging.saying.group import answer_group
from bot.merging.saying.render import render_taken
from bot.merging.stories.boarding import carrier_of
from bot.merging.train.boarding import wake_trains
from bot.merging.wishes.changes import Asked, Took, ask
from bot.merging.wishes.store import open_wishes, wish_of, wishes_of_head

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.commands.model import ObeyRequest, Receipt
    from bot.commands.spec import Services
    from bot.engine.model import Run

ASKED = "asked-"  # begins the cause of a look for which GitHub waits
_BOARDED = {MergeState.READY, MergeState.TESTING}
# GitHub's queue waits for an hour, if nobody has set up something else.
_PATIENCE = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20))
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class WishKeeping:
    """Tells the stories of wishes."""

    services: Services

    async def evaluate(self, run: Run, request: EvaluateMerges) -> None:
        """This function will look again at every wish that something happened to; where nothing waits, it ends."""
        touched = await run.step("touched", lambda: self._touched(request), returns=tuple[int, ...])
        carrier = carrier_of(run, request.repository, self.services, is_asked=request.cause.startswith(ASKED))
        for number in touched:
            await carrier.consider(number)
        await wake_trains(run, request, database=self.services.database)

    async def ask(self, run: Run, request: AskRequest) -> None:
        """This function will take somebody's wish, look at it, and go on with the rest of their comment."""
        carrier = carrier_of(run, request.repository, self.services)
        carrier.rest = _lines(request.then)
        before = await self._read(run, request, "standing")
        asked = await run.step(
            "ask",
            lambda: self.services.database.write(lambda connection: ask(connection, request.wish)),
            returns=Asked,
        )
        if asked.took in {Took.MERGED, Took.WEAKER}:
            await self._answer(run, request, render_taken(request.wish, asked.wish))
            return
        if before is not None and before.wish != request.wish.wish and not before.state.is_over:
            await self._answer_replaced(run, request, before)
        wish = await carrier.consider(request.wish.number)
        wish = wish or await self._read(run, request, "read again")
        await carrier.tell_places(request.wish.base_ref)
        is_over = wish is not None and wish.state.is_over and wish.state is not MergeState.MERGED
        if request.then is not None and not is_over:
            await run.send(request.then.start())

    async def look_later(self, run: Run, request: LookLater) -> None:
        """This function will sleep until the time has come, and have the wish looked at then."""
        now = await run.now()
        if request.due > now:
            await run.sleep(request.due - now)
        cause = f"later-{request.number}-{request.due:%Y%m%dT%H%M%S}"
        again = EvaluateMerges(repository=request.repository, number=request.number, cause=cause)
        await run.send(again.start())

    async def group(self, run: Run, request: GroupRequest) -> None:
        """This function will answer GitHub's merge queue, which waits for our check run on its commit."""
        repo = self.services.github.repository(request.repository, priority=Priority.GATE)
        answer = partial(answer_group, repo, request.head_sha, ref=request.head_ref, services=self.services)
        for patience in _PATIENCE:
            try:
                await run.step("answer", answer, returns=bool)
            except (Unavailable, Uncertain) as error:
                _log.warning("merge_group_waits", ref=request.head_ref, error=str(error))
                await run.sleep(patience)
            except GitHubError as error:
                _log.warning("merge_group_not_answered", ref=request.head_ref, error=str(error))
                return
            else:
                return

    async def _touched(self, request: EvaluateMerges) -> tuple[int, ...]:
        repository_id = request.repository.id

        def read(connection: Connection) -> tuple[int, ...]:
            if request.number is not None:
                return (request.number,)
            if request.sha is not None:
                wishes = wishes_of_head(connection, repository_id, request.sha)
            else:
                wishes = open_wishes(connection, repository_id, base_ref=request.base_ref)
            # What a train takes is tested on top of its base's new commit anyway.
            is_push = request.base_ref is not None
            return tuple(wish.number for wish in wishes if not (is_push and wish.state in _BOARDED))

        return await self.services.database.read(read)

    async def _read(self, run: Run, request: AskRequest, step: str) -> Wish | None:
        return await run.step(
            step,
            lambda: self.services.database.read(
                lambda connection: wish_of(connection, request.repository.id, request.wish.number)
            ),
            returns=Wish | None,
        )

    async def _answer_replaced(self, run: Run, request: AskRequest, before: Wish) -> None:
        if before.receipt:
            told = render_taken(before, request.wish)
            await self._tell(run, request, told, before)

    async def _answer(self, run: Run, request: AskRequest, receipt: Receipt) -> None:
        receipt = replace(receipt, not_run=_lines(request.then))
        await self._tell(run, request, receipt, request.wish)

    async def _tell(self, run: Run, request: AskRequest, receipt: Receipt, wish: Wish) -> None:
        telling = Telling(
            repository=request.repository, receipt=receipt, person=wish.person, cause=f"{wish.wish}-taken"
        )
        await run.send(telling.start())


def _lines(rest: ObeyRequest | None) -> tuple[str, ...]:
    return tuple(command.line for command in rest.commands) if rest is not None else ()

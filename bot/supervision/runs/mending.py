"""The story of one workflow run that hangs: cancelled, ended by force where it does not respond, begun again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.config.supervising import Conduct
from bot.github.actions import cancel_run, get_run, list_jobs, rerun_failed_jobs, rerun_run
from bot.github.errors import Conflict, Forbidden, GitHubError, NotFound, Rejected, Unprocessable
from bot.github.hung_runs import force_cancel_run, newest_runs
from bot.github.limits import Priority
from bot.github.models import Conclusion
from bot.markdown import escape
from bot.supervision.keeping.store import supervision_of
from bot.supervision.runs.judging import why_not_again
from bot.supervision.runs.model import RunState
from bot.supervision.runs.seeing import is_superseded
from bot.supervision.runs.states import MENDING
from bot.supervision.runs.store import begun_again_before, hung_run_of, save_hung_run, times_begun_again

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy import Connection

    from bot.config.supervising import RunsConfig
    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.supervision.runs.model import MendRun

# After five minutes GitHub ends by itself what does not heed: https://docs.github.com/en/actions/reference/
# workflows-and-actions/workflow-cancellation. So force is used only after ten.
PAUSES = (10, 20, 30, 60, 120, 180, 180)  # seconds between two looks; ten minutes together
_DAY = timedelta(days=1)
_FAILED = frozenset({Conclusion.FAILURE, Conclusion.TIMED_OUT})
_REFUSED = (Forbidden, Rejected, Unprocessable, Conflict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """How the run stands on GitHub."""

    is_over: bool = False
    is_other: bool = False  # it was begun again by somebody, or is gone
    is_cancelled: bool = False
    may_act: bool = True  # as the configuration says now
    problem: str = ""  # safe Markdown: what GitHub said against it


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Whether a run was begun again."""

    why_not: str = ""  # safe Markdown
    is_needed: bool = True  # False where a newer run builds the same branch

    @property
    def is_begun(self) -> bool:
        """Whether it was."""
        return not self.why_not

    @property
    def state(self) -> RunState:
        """How that leaves the run."""
        if self.is_begun:
            return RunState.AGAIN
        return RunState.DROPPED if self.is_needed else RunState.CANCELLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Mender:
    """Mends workflow runs that hang."""

    services: CostServices

    async def mend(self, run: Run, request: MendRun) -> None:
        """This function will end the run and begin it again; what GitHub does not do is told in its row."""
        mending = _Mending(services=self.services, request=request)
        stands = await run.step("cancel", mending.cancel, returns=Stands)
        if not stands.may_act:
            await mending.conclude(run, RunState.ENDED, "The configuration does not allow it any more.")
            return
        if stands.is_over:
            await mending.conclude(run, RunState.ENDED, "It ended by itself before it was cancelled.")
            return
        ended = await _wait(run, mending, "cancelled")
        if ended is None:
            await mending.note(run, RunState.FORCING)
            stands = await run.step("force", mending.force, returns=Stands)
            ended = await _wait(run, mending, "forced")
        if ended is None:
            text = (
                f"GitHub does not end it, neither when it is cancelled nor by force. {stands.problem} "
                "Whoever owns the repository can ask GitHub's support to end it."
            )
            await mending.conclude(run, RunState.IMMOVABLE, text)
            return
        if ended.is_other or not ended.is_cancelled:
            others = "Somebody else began it again, or deleted it."
            text = others if ended.is_other else "It ended by itself."
            await mending.conclude(run, RunState.ENDED, text)
            return
        again = await run.step("again", mending.begin_again, returns=Again)
        text = (
            "It was cancelled and begun again." if again.is_begun else "It was cancelled and not begun again."
        )
        await mending.conclude(run, again.state, f"{text} {again.why_not}".strip())


async def _wait(run: Run, mending: _Mending, name: str) -> Stands | None:
    """Look until the run is over; None where it is not within ten minutes."""
    for number, seconds in enumerate(PAUSES, start=1):
        await run.sleep(timedelta(seconds=seconds))
        stands = await run.step(f"look {number} {name}", mending.look, returns=Stands)
        if stands.is_over:
            return stands
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mending:
    """What is done about one run; each step may be done twice."""

    services: CostServices
    request: MendRun

    @property
    def repo(self) -> RepositoryClient:
        return self.services.services.github.repository(self.request.repository, priority=Priority.SUMMARY)

    async def cancel(self) -> Stands:
        """This function will ask GitHub to cancel the run, if it still runs and the configuration still allows it."""
        return await self.services.services.effects.once(
            f"hung_run_end/{self._place}", self._cancel, read_back=self._was_cancelled, returns=Stands
        )

    async def force(self) -> Stands:
        """This function will ask GitHub to end the run by force."""
        return await self._ask(force_cancel_run)

    async def look(self) -> Stands:
        """This function will read how the run stands; where GitHub does not say, it counts as running."""
        try:
            found = await get_run(self.repo, self.request.run_id)
        except NotFound:
            return Stands(is_over=True, is_other=True)
        except GitHubError as error:
            return Stands(problem=escape(str(error)))
        if found.attempt != self.request.attempt:
            return Stands(is_over=True, is_other=True)
        return Stands(is_over=found.is_completed, is_cancelled=found.conclusion is Conclusion.CANCELLED)

    async def begin_again(self) -> Again:
        """This function will begin the run again if the limits allow it, and say why not where they do not."""
        try:
            return await self.services.services.effects.once(
                f"hung_run_again/{self._place}", self._begin_again, read_back=self._was_begun, returns=Again
            )
        except GitHubError as error:
            return Again(why_not=f"GitHub refused it: {escape(str(error))}")

    async def note(self, run: Run, state: RunState, text: str = "", *, name: str = "") -> None:
        """This function will store how the run stands now, and once it is over how it ended."""
        now = await run.now()
        place = (self.request.repository.id, self.request.run_id, self.request.attempt)

        def store(connection: Connection) -> None:
            row = hung_run_of(connection, *place)
            if row is not None and row.state in MENDING:
                said = f"{row.text} {text}".strip()
                save_hung_run(connection, replace(row, state=state, text=said, updated_at=now))

        write: Callable[[], Awaitable[None]] = partial(self.services.services.database.write, store)
        await run.step(name or f"note {state}", write, returns=None)

    async def conclude(self, run: Run, state: RunState, text: str) -> None:
        """This function will store how it ended."""
        await self.note(run, state, text, name="conclude")

    @property
    def _place(self) -> str:
        return f"{self.request.repository.id}/{self.request.run_id}/{self.request.attempt}"

    async def _cancel(self) -> Stands:
        terms = await self._terms()
        if terms is None or terms.conduct is not Conduct.ACT:
            return Stands(may_act=False)
        stands = await self.look()
        return stands if stands.is_over else await self._ask(cancel_run)

    async def _was_cancelled(self) -> Stands | None:
        """After a crash a run that was cancelled was so by us, for it was at work when that was decided."""
        stands = await self.look()
        return Stands() if stands.is_over and stands.is_cancelled else None

    async def _ask(self, act: Callable[[RepositoryClient, int], Awaitable[None]]) -> Stands:
        try:
            await act(self.repo, self.request.run_id)
        except GitHubError as error:  # what is refused may still end, and is asked by force afterwards
            return Stands(problem=f"It said: {escape(str(error))}")
        return Stands()

    async def _begin_again(self) -> Again:
        again = await self._may_again()
        if again.is_begun:
            await self._rerun()
        return again

    async def _was_begun(self) -> Again | None:
        found = await get_run(self.repo, self.request.run_id)
        return Again() if found.attempt > self.request.attempt else None

    async def _rerun(self) -> None:
        """Only what did not pass, where that is sure to be all of it: what was done already is not done twice.

        Whether "failed jobs" are the cancelled ones, too, is told in both ways; beside jobs that did fail they may be
        left out. https://github.com/DataDog/dd-trace-js/pull/8673, https://github.com/sgl-project/sglang/pull/34057
        """
        jobs = await list_jobs(self.repo, self.request.run_id, self.request.attempt)
        if any(job.conclusion in _FAILED for job in jobs):
            await rerun_run(self.repo, self.request.run_id)
            return
        try:
            await rerun_failed_jobs(self.repo, self.request.run_id)
        except _REFUSED:
            await rerun_run(self.repo, self.request.run_id)

    async def _terms(self) -> RunsConfig | None:
        row = await self.services.services.database.read(
            lambda connection: supervision_of(connection, self.request.repository.id)
        )
        return None if row is None else row.supervised.config.runs

    async def _may_again(self) -> Again:
        """As it is now: since it was decided a newer commit may have come, or the configuration have changed."""
        terms = await self._terms()
        if terms is None or terms.conduct is not Conduct.ACT:
            return Again(why_not="The configuration does not allow it any more.")
        found = await get_run(self.repo, self.request.run_id)
        newest = await newest_runs(self.repo, found.workflow_id)

        def counted(connection: Connection) -> tuple[int, int]:
            repository_id, run_id = self.request.repository.id, self.request.run_id
            row = hung_run_of(connection, repository_id, run_id, self.request.attempt)
            since = self.services.clock() - _DAY
            today = 0 if row is None else begun_again_before(connection, row, since)
            return times_begun_again(connection, repository_id, run_id), today

        again, today = await self.services.services.database.read(counted)
        is_old = is_superseded(found, newest)
        why_not = why_not_again(terms, is_superseded=is_old, again=again, today=today)
        return Again(why_not=why_not, is_needed=not is_old)

"""Follows every fix that stands: reads how it goes, says so once, and ends what is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.commands.reasons import Reason
from bot.config.supervising import Conduct
from bot.config.terms import parse_duration
from bot.diagnosis.flow import DiagnoseRequest
from bot.github.errors import GitHubError
from bot.github.models import Conclusion
from bot.github.run_models import WorkflowRun  # noqa: TC001 - msgspec reads the annotations at run time
from bot.supervision.fixing.following.reading import BuildRead, read_build, standing_of_fix
from bot.supervision.fixing.judging.gathering import Gatherer, earlier_fixes
from bot.supervision.fixing.judging.tries import is_try
from bot.supervision.fixing.model import Fix, FixState
from bot.supervision.fixing.publishing.telling import Teller
from bot.supervision.fixing.saying.words import how_it_went
from bot.supervision.fixing.states import AT_WORK
from bot.supervision.fixing.store import change_fix, live_fixes
from bot.supervision.fixing.verdict.model import BuildEnd, Followed, Next, SeenBuild
from bot.supervision.fixing.verdict.rules import follow_fix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.engine.model import Run
    from bot.supervision.fixing.builds.model import BranchLook
    from bot.supervision.fixing.judging.fact_model import EarlierFix

_ENDING = timedelta(
    hours=2
)  # that a try may take beyond its own time: its clone is made, its change published
_STANDS = frozenset({FixState.PROPOSED, FixState.FIXED})
_WAITING = timedelta(days=1)  # in the line of its repository's tries

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was seen of a fix, and what follows."""

    next: Next
    build: SeenBuild
    undiagnosed: tuple[WorkflowRun, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """Follows the fixes of one repository."""

    gatherer: Gatherer
    looks: Mapping[str, BranchLook]  # by branch
    now: datetime

    async def follow(self, run: Run) -> None:
        """This function will take each fix that stands one step further; what GitHub does not answer waits."""
        supervision = self.gatherer.supervision
        live = await run.step("fixes", self._live, returns=tuple[Fix, ...])
        for fix in live:
            try:
                await self._follow(run, fix)
            except GitHubError as error:
                _log.warning(
                    "fix_not_followed",
                    repository=supervision.repository.full_name,
                    fix=fix.id,
                    error=str(error),
                )

    async def _follow(self, run: Run, fix: Fix) -> None:
        step = await run.step(f"follow {fix.id}", partial(self._see, fix), returns=Step | None)
        if step is None:
            return
        repository = self.gatherer.supervision.repository
        for each in step.undiagnosed:
            await run.send(DiagnoseRequest(repository=repository, run=each).start())
        after, word = step.next, step.next.word
        if word is not None:
            said = partial(self._teller.say, fix, word, step.build)
            await run.step(f"say {word.value} {fix.id}", said, returns=None)
        if after.closes:
            await run.step(f"close {fix.id}", partial(self._teller.close, fix), returns=None)
        if after.ends or after.state is not fix.state:
            save = partial(_saved, fix, step, self.now)
            await run.step(f"save {fix.id}", lambda: self.gatherer.database.write(save), returns=None)
            _log.info("fix_followed", fix=fix.id, before=fix.state, state=after.state, reason=after.reason)

    async def _see(self, fix: Fix) -> Step | None:
        if fix.state in AT_WORK:
            return self._lost(fix)
        standing = await standing_of_fix(self.gatherer.repo, fix)
        same = await self.gatherer.database.read(
            lambda rows: earlier_fixes(rows, fix.repository_id, fix.trouble, now=self.now)
        )
        read = BuildRead(build=SeenBuild(end=BuildEnd.NONE))
        if fix.state is FixState.PROPOSED:
            read = await read_build(self.gatherer.repo, self.gatherer.database, fix, now=self.now)
        followed = Followed(
            state=fix.state,
            standing=standing,
            build=read.build.end,
            is_mended_elsewhere=self._is_mended(fix),
            since=self.now - fix.updated_at,
            may_try_again=any(one.state in AT_WORK for one in same) or self._may_try_again(fix, same),
            is_replaced=any(one.state in _STANDS and one.id != fix.id for one in same),
        )
        return Step(next=follow_fix(followed), build=read.build, undiagnosed=read.undiagnosed)

    def _lost(self, fix: Fix) -> Step | None:
        """A try whose run ended without saying how; it must not keep others from being begun for ever."""
        limit = _WAITING
        if fix.state is FixState.FIXING:
            limit = parse_duration(self.gatherer.config.time) + _ENDING
        if self.now - fix.updated_at <= limit:
            return None
        lost = Next(state=FixState.UNKNOWN, reason=Reason.BOT_FAILED, ends=True)
        return Step(next=lost, build=SeenBuild(end=BuildEnd.NONE))

    def _is_mended(self, fix: Fix) -> bool:
        """Whether the newest build of the branch is green, which is newer than the one that broke."""
        trouble = fix.trouble
        look = self.looks.get(trouble.branch)
        build = look.of(trouble.path) if look is not None else None
        if build is None or build.run.conclusion is not Conclusion.SUCCESS:
            return False
        return (build.run.id, build.run.attempt) > (trouble.run_id, trouble.attempt)

    def _may_try_again(self, fix: Fix, same: Sequence[EarlierFix]) -> bool:
        """Whether another try at the same failure may still come."""
        config, means = self.gatherer.config, self.gatherer.means(fix.trouble, same)
        is_able = bool(means.tools or means.agent) and config.conduct is Conduct.ACT
        return is_able and sum(map(is_try, same)) < config.tries

    @property
    def _teller(self) -> Teller:
        return Teller(repo=self.gatherer.repo, effects=self.gatherer.services.services.effects)

    async def _live(self) -> tuple[Fix, ...]:
        repository_id = self.gatherer.supervision.repository.id
        return await self.gatherer.database.read(lambda connection: live_fixes(connection, repository_id))


def _saved(fix: Fix, step: Step, now: datetime, connection: Connection) -> None:
    after = step.next
    change_fix(
        connection,
        fix.id,
        lambda known: replace(
            known,
            state=after.state,
            reason=after.reason,
            text=how_it_went(fix, after, step.build),
            updated_at=now,
            ended_at=now if after.ends else None,
        ),
    )

"""The story of a look at a repository's builds: runs that hang, fixes that stand, failures that are to be fixed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.commands.reasons import Reason
from bot.decisions.model import Outcome
from bot.diagnosis.flow import DiagnoseRequest
from bot.github.errors import GitHubError
from bot.supervision.alive.beating import beat
from bot.supervision.fixing.builds.model import BranchLook, FailuresFound
from bot.supervision.fixing.builds.reading import failures_in, look_at_branch
from bot.supervision.fixing.following.story import Follower
from bot.supervision.fixing.judging.gathering import Gatherer, record_change
from bot.supervision.fixing.judging.rules import decide_fix
from bot.supervision.fixing.judging.tries import next_round
from bot.supervision.fixing.model import Fix, FixState
from bot.supervision.fixing.store import begin_fix
from bot.supervision.keeping.finding import find_supervision
from bot.supervision.keeping.store import note_supervised
from bot.supervision.model import FixFailure, Supervision
from bot.supervision.runs.looking import look_at_runs

if TYPE_CHECKING:
    from datetime import datetime

    from bot.costs.services import CostServices
    from bot.decisions.model import Decision
    from bot.engine.model import Run
    from bot.supervision.fixing.builds.model import Found
    from bot.supervision.fixing.judging.fact_model import FixFacts
    from bot.supervision.model import SuperviseBuilds

_DIGITS = 8

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    """Looks at the builds of one repository at a time."""

    services: CostServices

    async def supervise(self, run: Run, request: SuperviseBuilds) -> None:
        """This function will look at runs that hang and at the newest builds, and have done what is due."""
        now = await run.now()
        find = partial(find_supervision, request.repository, self.services.services, now=now)
        supervision = await run.step("supervision", find, returns=Supervision | None)
        if supervision is None:
            return
        if supervision.is_over:
            await beat(run, supervision, self.services)
            return
        await look_at_runs(run, supervision, self.services)
        looker = _Looker(run=run, gatherer=Gatherer(services=self.services, supervision=supervision), now=now)
        looks = await looker.looks()
        follower = Follower(gatherer=looker.gatherer, looks={look.branch: look for look in looks}, now=now)
        await follower.follow(run)
        for look in looks:
            await looker.begin_fixes(look)
        database, repository_id = self.services.services.database, request.repository.id
        note = partial(note_supervised, repository_id=repository_id, at=now)
        await run.step("note", lambda: database.write(note), returns=None)
        await beat(run, supervision, self.services)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looker:
    """One look."""

    run: Run
    gatherer: Gatherer
    now: datetime

    async def looks(self) -> tuple[BranchLook, ...]:
        """Each watched branch, as far as GitHub tells it."""
        supervision, found = self.gatherer.supervision, []
        branches = self.gatherer.config.branches or (supervision.repository.default_branch,)
        for branch in dict.fromkeys(branches):
            look = partial(self._look, branch)
            one = await self.run.step(f"branch {branch}", look, returns=BranchLook | None)
            found += [one] if one is not None else []
        return tuple(found)

    async def begin_fixes(self, look: BranchLook) -> None:
        """Decide about what failed in the newest builds of a branch, one after the other, and begin what is due."""
        repository = self.gatherer.supervision.repository
        find = partial(failures_in, self.gatherer.database, repository, look, now=self.now)
        failed = await self.run.step(f"failures {look.branch}", find, returns=FailuresFound)
        for each in failed.undiagnosed:
            await self.run.send(DiagnoseRequest(repository=repository, run=each).start())
        for found in failed.found:
            name = f"{look.branch} {found.trouble.failure.fingerprint}"
            fix = await self.run.step(f"decide {name}", partial(self._decide, found), returns=Fix | None)
            if fix is None:
                continue
            begin = partial(begin_fix, fix=fix)
            await self.run.step(f"begin {name}", partial(self.gatherer.database.write, begin), returns=bool)
            if fix.state is FixState.INTENDED:
                await self.run.send(FixFailure(repository=repository, fix_id=fix.id).start())

    async def _look(self, branch: str) -> BranchLook | None:
        try:
            return await look_at_branch(self.gatherer.repo, branch)
        except GitHubError as error:  # the next look reads it
            _log.warning("branch_not_read", branch=branch, error=str(error))
            return None

    async def _decide(self, found: Found) -> Fix | None:
        """The row of a try that is to be begun, or of one that would be, were it not only observed."""
        facts = await self.gatherer.facts(found, now=self.now)
        decision = decide_fix(facts)
        repository = self.gatherer.supervision.repository
        known = await record_change(self.gatherer.database, decision, facts, repository=repository)
        if decision.outcome is Outcome.PROCEED:
            return _row(facts, repository.id, decision_id=known, state=FixState.INTENDED)
        if [one.reason for one in decision.conditions if one.is_open] == [Reason.ONLY_OBSERVED]:
            return _row(facts, repository.id, decision_id=known, state=FixState.REFUSED, decision=decision)
        return None


def _row(
    facts: FixFacts,
    repository_id: int,
    *,
    decision_id: str,
    state: FixState,
    decision: Decision | None = None,
) -> Fix:
    """The row of a try; the same failure of the same build is observed once, and tried under another name each time."""
    trouble, failure = facts.trouble, facts.trouble.failure
    own = sum(
        one.fingerprint == failure.fingerprint and one.branch == trouble.branch for one in facts.earlier
    )
    about = (repository_id, trouble.branch, failure.fingerprint, trouble.run_id, trouble.attempt)
    name = repr((*about, own if decision is None else "observed"))
    return Fix(
        id=f"{failure.short_id}-{hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]}",
        repository_id=repository_id,
        round=next_round(facts),
        state=state,
        trouble=trouble,
        begun_at=facts.now,
        updated_at=facts.now,
        reason=decision.reason if decision is not None else "",
        text=decision.text if decision is not None else "",
        decision_id=decision_id,
        ended_at=facts.now if decision is not None else None,
    )

"""Proposes what mended a failure: as a pull request, or in an issue where the policy lets it only suggest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.config.supervising import Conduct
from bot.github.errors import GitHubError, Unavailable, Uncertain
from bot.markdown import code, escape
from bot.supervision.fixing.ending import Outcome, end_fix
from bot.supervision.fixing.model import FixState
from bot.supervision.fixing.patience import patiently
from bot.supervision.fixing.publishing.committing import place_branch
from bot.supervision.fixing.publishing.taking import Taken, Taking, take
from bot.supervision.fixing.publishing.telling import Teller
from bot.supervision.fixing.saying.describing import Proposal, fix_branch
from bot.supervision.fixing.store import Before, before_of, change_fix, hand_over

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.config.supervising import FixConfig
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.supervision.fixing.bench import Bench
    from bot.supervision.fixing.model import Fix, Tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposer:
    """Publishes one fix; every part of it may be done twice."""

    run: Run
    services: Services
    repo: RepositoryClient
    config: FixConfig
    fix: Fix

    async def propose(self, bench: Bench, tried: Tried) -> None:
        """This function will take the change from its host and propose it, or store why it does not."""
        try:
            outcome = await self._propose(bench, tried)
        except GitHubError as error:
            is_away = isinstance(error, Unavailable | Uncertain)
            reason = Reason.GITHUB_UNAVAILABLE if is_away else Reason.GITHUB_REFUSED
            outcome = Outcome(reason=reason, text=escape(str(error)), tried=tried)
        if outcome is not None:
            await end_fix(self.run, self.services.database, self.fix.id, outcome)

    async def _propose(self, bench: Bench, tried: Tried) -> Outcome | None:
        """Why nothing is proposed; None where it is."""
        find = partial(before_of, fix=self.fix)
        before = await self.run.step("before", lambda: self.services.database.read(find), returns=Before)
        taking = Taking(
            bench=bench, config=self.config, fix=self.fix, command=tried.command, failed=before.digests
        )
        taken = await patiently(self.run, "take", partial(take, self.repo, taking), returns=Taken)
        if taken.change is None or taken.reason:
            return Outcome(reason=taken.reason, text=taken.text, tried=tried)
        is_acting = self.config.conduct is Conduct.ACT
        fix = replace(
            self.fix,
            fixer=tried.fixer,
            price=tried.price,
            change=taken.change,
            head_ref=fix_branch(self.fix.trouble) if is_acting else "",
            head_sha=taken.sha,
        )
        proposal = Proposal(
            fix=fix,
            change=taken.change,
            guards=taken.guards,
            tries=self.config.tries,
            label=self.config.label,
            told=tried.text,
            diff=taken.diff,
        )
        if is_acting:
            return await self._as_pull(proposal, before, tried)
        await self._as_issue(proposal)
        return None

    async def _as_pull(self, proposal: Proposal, before: Before, tried: Tried) -> Outcome | None:
        fix, run, teller = proposal.fix, self.run, self._teller
        await self._save("note commit", replace(fix, state=FixState.FIXING))
        place = partial(place_branch, self.repo, fix, own=before.heads)
        if not await patiently(run, "branch", place, returns=bool):
            text = f"Somebody else has pushed to {code(fix.head_ref)}, so it is theirs."
            return Outcome(reason=Reason.FIX_OPEN, text=text, tried=tried)
        number = await patiently(run, "open", partial(teller.open_pull, proposal), returns=int)
        label = partial(teller.label, number, self.config.label)
        await patiently(run, "label", label, returns=None)
        text = "Its build decides whether the failure is gone."
        await self._save("proposed", replace(fix, state=FixState.PROPOSED, number=number, text=text))
        return None

    async def _as_issue(self, proposal: Proposal) -> None:
        opening = partial(self._teller.open_issue, proposal)
        number = await patiently(self.run, "open", opening, returns=int)
        text = "It is suggested in an issue."
        suggested = replace(proposal.fix, state=FixState.SUGGESTED, number=number, text=text)
        await self._save("suggested", suggested)

    async def _save(self, name: str, fix: Fix) -> None:
        now = await self.run.now()
        save = partial(_saved, fix=fix, now=now)
        await self.run.step(name, lambda: self.services.database.write(save), returns=None)

    @property
    def _teller(self) -> Teller:
        return Teller(repo=self.repo, effects=self.services.effects)


def _saved(connection: Connection, *, fix: Fix, now: datetime) -> None:
    change_fix(connection, fix.id, lambda _known: replace(fix, updated_at=now))
    if fix.number is not None:
        hand_over(connection, fix, now=now)

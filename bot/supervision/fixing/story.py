"""The story of one try to fix a failure: it begins, fixers are asked on the host, what mends it is proposed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.github.errors import GitHubError
from bot.github.limits import Priority
from bot.markdown import escape
from bot.supervision.fixing.bench import bench_of, close_bench
from bot.supervision.fixing.ending import Outcome, end_fix
from bot.supervision.fixing.guarding import guard, terms_of
from bot.supervision.fixing.judging.beginning import Begun, begin
from bot.supervision.fixing.judging.gathering import Gatherer
from bot.supervision.fixing.patience import patiently
from bot.supervision.fixing.publishing.proposing import Proposer
from bot.supervision.fixing.trying import TryTerms, try_fix

if TYPE_CHECKING:
    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.supervision.model import FixFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class FixStory:
    """Tries to fix one failure at a time."""

    services: CostServices

    async def fix(self, run: Run, request: FixFailure) -> None:
        """This function will carry out one try whose row is written; each of its parts is begun once."""
        now = await run.now()
        world = self.services.services
        repo = world.github.repository(request.repository, priority=Priority.SUMMARY)
        beginning = partial(begin, self.services, repo, request, now=now)
        try:
            begun = await patiently(run, "begin", beginning, returns=Begun | None)
        except GitHubError as error:  # the next look at the builds begins it anew
            away = Outcome(reason=Reason.GITHUB_UNAVAILABLE, text=escape(str(error)))
            await end_fix(run, world.database, request.fix_id, away)
            return
        if begun is None:
            return
        outcome = await self._try(run, repo, begun)
        if outcome is not None:
            await end_fix(run, world.database, request.fix_id, outcome)

    async def _try(self, run: Run, repo: RepositoryClient, begun: Begun) -> Outcome | None:
        """Why nothing is proposed, where that is not stored yet."""
        if begun.reason:
            return Outcome(reason=begun.reason, text=begun.text)
        config, trouble = begun.supervision.supervised.config.fix, begun.fix.trouble
        gatherer = Gatherer(services=self.services, supervision=begun.supervision)
        host = gatherer.machines.reach(config.host)
        if isinstance(host, str):  # the operator took it away since the try began
            return Outcome(reason=Reason.HOST_NOT_ALLOWED, text=f"{host}.")
        bench = bench_of(begun.fix, host=host, config=config, repository=repo.ref)
        terms = TryTerms(
            bench=bench,
            config=config,
            guard=partial(guard, terms=terms_of(config)),
            without=begun.without,
        )
        tried = await try_fix(run, trouble, terms)
        if tried.fixer:
            proposer = Proposer(
                run=run, services=self.services.services, repo=repo, config=config, fix=begun.fix
            )
            await proposer.propose(bench, tried)
        await run.step("close bench", partial(close_bench, bench), returns=None)
        if tried.fixer:
            return None
        return Outcome(reason=tried.reason, text=tried.text, tried=tried)

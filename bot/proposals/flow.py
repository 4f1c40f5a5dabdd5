"""The story of a pull request that edits the policy: read apart, held against what was decided, said in a check run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.config.repository import RepositoryConfig
from bot.github.errors import GitHubError
from bot.proposals.comparing import changes_between
from bot.proposals.facts import present_policy, read_impact, read_texts
from bot.proposals.flips import Policies
from bot.proposals.model import Impact, Texts
from bot.proposals.reading import Reading, read_proposal
from bot.proposals.render import report_impact, report_mistakes
from bot.storage.check_effect import keep_check

if TYPE_CHECKING:
    from bot.engine.model import Run
    from bot.github.app import GitHub
    from bot.github.client import RepositoryClient
    from bot.github.models import CheckReport
    from bot.proposals.model import ProposeRequest
    from bot.storage.database import Database
    from bot.storage.effects import Effects

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Proposer:
    """Says what a pull request would make of the policy."""

    github: GitHub
    database: Database
    effects: Effects

    async def propose(self, run: Run, request: ProposeRequest) -> None:
        """This function will publish the check run of a head that proposes another policy; others get none."""
        repo = self.github.repository(request.repository)
        try:
            texts = await run.step("texts", lambda: read_texts(repo, request), returns=Texts)
            if not texts.is_proposed:
                return
            reading = await run.step("reading", lambda: read_proposal(texts.head), returns=Reading)
            report = await self._report(run, request, texts, reading)
            await run.step("check", lambda: self._publish(repo, request, report), returns=None)
        except GitHubError as error:  # the next push or a press of "re-run" asks again
            _log.warning("proposal_not_shown", number=request.number, error=str(error))

    async def _report(self, run: Run, request: ProposeRequest, texts: Texts, reading: Reading) -> CheckReport:
        if reading.config is None:
            return report_mistakes(request, reading.mistakes)
        present = present_policy(texts.now)
        policies = Policies(now=present, proposed=reading.config)
        now = await run.now()
        impact = await run.step(
            "impact",
            lambda: read_impact(self.database, request.repository.id, policies, now=now),
            returns=Impact,
        )
        changes = changes_between(present if present is not None else RepositoryConfig(), reading.config)
        return report_impact(request, changes, impact)

    async def _publish(self, repo: RepositoryClient, request: ProposeRequest, report: CheckReport) -> None:
        """Write the check run once for each head; looked at again, it is edited."""
        key = f"configuration/{repo.ref.id}/{request.number}/{request.head_sha}"
        await keep_check(self.effects, repo, report, key=key)

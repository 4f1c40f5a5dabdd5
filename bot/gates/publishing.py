"""Shows a gate on GitHub: its check run says how it stands, and who may approve is asked to look."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.decisions.store import concluded, recorded
from bot.gates.ledger import subject_digest
from bot.gates.model import GateState
from bot.gates.render import closing_report, render_check
from bot.gates.reviewers import reviewers_to_ask
from bot.gates.rules import voided
from bot.gates.store import check_digest_of, gate_by_id, save_check
from bot.github.checks import update_check
from bot.github.errors import Forbidden, GitHubError, NotFound, Unprocessable
from bot.github.reviews import list_requested, request_reviewers
from bot.page_links import Kind
from bot.storage.check_effect import keep_check

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.decisions.model import RecordedDecision
    from bot.gates.fact_model import GateFacts
    from bot.gates.model import Gate
    from bot.github.client import RepositoryClient
    from bot.github.models import CheckReport, Sha

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Publisher:
    """Makes GitHub show what is known; where GitHub does not answer, the next evaluation does it."""

    services: Services

    async def publish(
        self, repo: RepositoryClient, gate: Gate, *, now: datetime, is_asked: bool = False
    ) -> Gate:
        """This function will make the gate's check run say how the gate stands at this very moment, once.

        Args:
            repo: where it stands.
            gate: as it stood.
            now: the time, for the address of the gate's page.
            is_asked: whether GitHub waits for the check run to be written again.
        """
        gate, decision, said = await self.services.database.read(
            lambda connection: _present(connection, gate)
        )
        links = self.services.links
        report = render_check(
            gate,
            concluded(decision) if decision is not None else None,
            decision_id=gate.decision_id,
            url=links.address(gate.repository_id, Kind.GATE, gate.id, now=now) if links is not None else None,
        )
        digest = hashlib.sha256(repr(report).encode()).hexdigest()
        if digest == said and not is_asked:
            return gate
        try:
            check_run_id = await self._write(repo, gate, report)
        except GitHubError as error:
            _log.warning("gate_not_shown", gate=gate.id, error=str(error))
            return gate
        await self._save(gate, check_run_id, digest)
        return replace(gate, check_run_id=check_run_id)

    async def leave(self, repo: RepositoryClient, gate: Gate, *, new_head: Sha) -> None:
        """This function will end the check run on a commit that the gate has left."""
        if gate.check_run_id is not None:
            try:
                await update_check(repo, gate.check_run_id, closing_report(gate, new_head=new_head))
            except GitHubError as error:
                _log.warning("gate_not_left", gate=gate.id, error=str(error))
        await self._save(gate, None, "")

    async def ask_reviewers(self, repo: RepositoryClient, gate: Gate, facts: GateFacts) -> None:
        """This function will ask those whose approval is named for their review: once, and when a word becomes void."""
        wanted = reviewers_to_ask(facts, owner=repo.ref.owner)
        number = gate.number
        if number is None or gate.state is not GateState.WAITING or not wanted:
            return

        async def act() -> bool:
            asked = await list_requested(repo, number)
            there = {user.login.casefold() for user in asked.users} | {f"/{slug}" for slug in asked.teams}
            answers = [await _ask(repo, number, name) for name in wanted if name.casefold() not in there]
            return all(answers)

        async def find() -> bool | None:
            return None  # what was asked for already is left out by the act itself

        void = sum(bool(each.word.void_reason) for each in facts.words) + len(voided(facts))
        key = f"ask_reviewers/{repo.ref.id}/{gate.id}/{subject_digest(gate.subject)}/{void}"
        try:
            await self.services.effects.once(key, act, read_back=find, returns=bool)
        except GitHubError as error:
            _log.warning("reviewers_not_asked", gate=gate.id, error=str(error))

    async def _write(self, repo: RepositoryClient, gate: Gate, report: CheckReport) -> int:
        if gate.check_run_id is None:
            key = f"gate_check/{repo.ref.id}/{gate.id}/{report.head_sha}"
            return await keep_check(self.services.effects, repo, report, key=key)
        await update_check(repo, gate.check_run_id, report)
        return gate.check_run_id

    async def _save(self, gate: Gate, check_run_id: int | None, digest: str) -> None:
        await self.services.database.write(
            lambda connection: save_check(connection, gate.id, check_run_id=check_run_id, digest=digest)
        )


def _present(connection: Connection, gate: Gate) -> tuple[Gate, RecordedDecision | None, str]:
    """Read right before it is shown: another evaluation may have come to a newer end."""
    gate = gate_by_id(connection, gate.id) or gate
    return gate, recorded(connection, gate.decision_id), check_digest_of(connection, gate.id)


async def _ask(repo: RepositoryClient, number: int, name: str) -> bool:
    """Ask one person or team; one that GitHub does not take must not keep the others from being asked."""
    try:
        if name.startswith("/"):
            await request_reviewers(repo, number, teams=(name[1:],))
        else:
            await request_reviewers(repo, number, users=(name,))
    except (Unprocessable, Forbidden, NotFound) as error:
        _log.info("reviewer_not_asked", number=number, name=name, error=str(error))
        return False
    return True

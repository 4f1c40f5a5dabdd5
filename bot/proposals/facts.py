"""Reads what a proposed policy is held against: the present one, the gates that wait, the decisions of a month."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.config.mistakes import PATH
from bot.config.repository import RepositoryConfig, configuration_from_yaml
from bot.decisions.store import recorded, since
from bot.gates.store import waiting_gates
from bot.github.commits import merge_base
from bot.github.contents import get_file
from bot.github.models import Sha
from bot.github.pulls import get_pull
from bot.proposals.flips import Policies, Untold
from bot.proposals.model import Flip, Impact, Texts
from bot.proposals.rules import flip_of, grouped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.decisions.model import RecordedDecision
    from bot.github.client import RepositoryClient
    from bot.proposals.model import ProposeRequest
    from bot.storage.database import Database

SPAN = timedelta(days=30)
MOST = 500  # decisions that are made again


async def read_texts(repo: RepositoryClient, request: ProposeRequest) -> Texts:
    """This function will read the file on both sides, and whether the pull request changes it.

    Where both are alike it costs two calls, which GitHub answers without counting them when nothing has changed.

    Raises:
        GitHubError: something could not be read.
    """
    head = await get_file(repo, PATH, ref=request.head_sha)
    now = await get_file(repo, PATH)
    if head == now:
        return Texts(is_proposed=False)
    pull = await get_pull(repo, request.number)
    if not pull.is_open or pull.head_sha != request.head_sha or pull.base_ref != repo.ref.default_branch:
        return Texts(is_proposed=False)
    left = await merge_base(repo, Sha(pull.base_sha), request.head_sha)
    return Texts(is_proposed=head != await get_file(repo, PATH, ref=left), head=head, now=now)


def present_policy(text: bytes | None) -> RepositoryConfig | None:
    """This function will understand the file of the default branch; None where it has mistakes."""
    found = RepositoryConfig() if text is None else configuration_from_yaml(text)
    return found if isinstance(found, RepositoryConfig) else None


async def read_impact(database: Database, repository_id: int, policies: Policies, *, now: datetime) -> Impact:
    """This function will make the gates' and the month's decisions again, under both policies."""
    rows = await database.read(lambda connection: _rows(connection, repository_id, now))
    # Not on the database's thread, which others wait for.
    return await asyncio.to_thread(_impact, rows, policies)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    gates: tuple[RecordedDecision, ...]
    others: tuple[RecordedDecision, ...]
    is_cut: bool


def _rows(connection: Connection, repository_id: int, now: datetime) -> _Rows:
    waiting = {gate.decision_id for gate in waiting_gates(connection, repository_id) if gate.decision_id}
    gates = [recorded(connection, one) for one in sorted(waiting)]
    rows = since(connection, repository_id, now - SPAN, most=MOST + 1)
    return _Rows(
        gates=tuple(row for row in gates if row is not None),
        others=tuple(row for row in rows[:MOST] if row.id not in waiting),
        is_cut=len(rows) > MOST,
    )


def _impact(rows: _Rows, policies: Policies) -> Impact:
    gates, _ = _weighed(rows.gates, policies)
    flipped, untold = _weighed(rows.others, policies)
    return Impact(
        gates=gates,
        decisions=grouped(flipped),
        weighed=len(rows.others) - untold,
        untold=untold,
        is_cut=rows.is_cut,
    )


def _weighed(rows: Sequence[RecordedDecision], policies: Policies) -> tuple[tuple[Flip, ...], int]:
    found = [flip_of(row, policies) for row in rows]
    return (
        tuple(flip for flip in found if isinstance(flip, Flip)),
        sum(isinstance(flip, Untold) for flip in found),
    )

"""What a scrape is told of supervision."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.page_links import AGENTS as AGENTS_PAGE
from bot.storage.database import Database
from bot.supervision.fixing.model import FixState
from bot.supervision.keeping.store import note_watched
from bot.supervision.model import Supervised
from bot.supervision.runs.model import RunState
from bot.supervision.sessions.model import SessionState
from bot.web import operator_metrics
from bot.web.agents.facts import agents_facts, agents_version
from bot.web.agents.metrics import GAUGES, supervision_gauges
from tests.support.agent_pages import AGENTS, SUPERVISED, save_agents
from tests.support.cost_pages import save_costs
from tests.support.diagnosis import NOON, REPOSITORY
from tests.support.web import running_web

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = REPOSITORY.full_name
pytest_plugins = ["tests.support.postgres"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Tables of this test's own."""
    made = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    made.open()
    yield made
    made.close()


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    """The same on a server."""
    made = Database(postgres_url)
    made.open()
    yield made
    made.close()


async def _told(database: Database, now: datetime = NOON) -> dict[tuple[str, ...], float]:
    """Each value by its gauge and its labels beside the repository."""
    families = await database.read(lambda connection: supervision_gauges(connection, now))
    return {
        (family.name, *(value for name, value in sample.labels.items() if name != "repository")): sample.value
        for family in families
        for sample in family.samples
    }


async def test_it_is_told_how_everything_stands_and_when_it_was_looked_at(database: Database) -> None:
    await save_agents(database, NOON)

    told = await _told(database)

    assert {name for name, *_ in told} == set(GAUGES)
    assert told["pilothouse_watchdog_timestamp_seconds",] == (NOON - timedelta(minutes=1)).timestamp()
    assert told["pilothouse_supervisor_timestamp_seconds",] == (NOON - timedelta(minutes=11)).timestamp()
    assert all(told["pilothouse_sessions", state] == 1 for state in SessionState)
    assert told["pilothouse_agent_state", "helm-1", "quarantined"] == 1
    assert Counter(name for name, *_ in told)["pilothouse_agent_state"] == len(AGENTS) - 1  # one is new
    assert told["pilothouse_agent_starts", "mate"] == 1
    assert told["pilothouse_agent_starts", "helm-1"] == 0  # they are older than the window
    assert (
        told["pilothouse_agent_sign_timestamp_seconds", "builder"]
        == (NOON - timedelta(minutes=2)).timestamp()
    )
    assert ("pilothouse_agent_sign_timestamp_seconds", "mate") not in told  # it gave none: no zero
    assert [state for state in RunState if told["pilothouse_hung_runs", state]] == [
        RunState.LEFT,
        RunState.AGAIN,
    ]
    assert [state for state in FixState if told["pilothouse_fixes", state]] == [
        FixState.FIXED,
        FixState.REFUSED,
    ]
    assert told["pilothouse_fixes_dollars",] == 0.41


@pytest.mark.postgres
async def test_a_server_tells_the_same_and_knows_when_the_page_changes(
    database: Database, postgres: Database
) -> None:
    for one in (database, postgres):
        await save_agents(one, NOON)
    assert await _told(postgres) == await _told(database)
    facts = await agents_facts(postgres, REPOSITORY.id, AGENTS_PAGE, now=NOON)
    assert facts is not None
    last = {row.name: row.last.kind.value for row in facts.rows if row.last is not None}
    assert (last["builder"], last["helm-1"]) == ("pushed", "quarantined")
    assert facts.version == await agents_version(postgres, REPOSITORY.id)
    await postgres.write(lambda connection: note_watched(connection, REPOSITORY.id, NOON))
    assert facts.version != await agents_version(postgres, REPOSITORY.id)


async def test_a_day_later_what_was_is_no_longer_counted_and_nothing_is_told_of_its_price(
    database: Database,
) -> None:
    await save_agents(database, NOON)

    told = await _told(database, NOON + timedelta(days=2))

    assert (
        sum(value for name, value in told.items() if name[0] in {"pilothouse_fixes", "pilothouse_hung_runs"})
        == 0
    )
    assert ("pilothouse_fixes_dollars",) not in told


@pytest.mark.parametrize(
    ("supervised", "missing"),
    [
        (Supervised(), ("pilothouse_watchdog_timestamp_seconds",)),
        (Supervised(agents={"mate": AGENTS["mate"]}), ("pilothouse_agent_state", "lookout", "quiet")),
        (
            Supervised(agents=SUPERVISED.agents, is_asked_for=False),
            ("pilothouse_supervisor_timestamp_seconds",),
        ),
    ],
)
async def test_what_nobody_asks_for_any_more_is_not_told(
    database: Database, supervised: Supervised, missing: tuple[str, ...]
) -> None:
    await save_agents(database, NOON, supervised=supervised)

    assert missing not in await _told(database)


async def test_one_that_fails_takes_no_other_along(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("bot.web.costs.metrics.cost_gauges", fail)
    await save_agents(database, NOON)
    await save_costs(database, NOON)
    metrics = operator_metrics.OperatorMetrics(
        token="token", open_database=lambda: Database(str(database.url)), clock=lambda: NOON
    )
    async with running_web(tmp_path, extend=metrics.add_to) as web:
        for authorization, is_told in (("Bearer token", True), ("Bearer other", False)):
            headers = {"Authorization": authorization}
            async with web.session.get("/metrics", headers=headers) as response:
                text = await response.text()
            assert ("pilothouse_sessions" in text) is is_told
            assert (NAME in text) is is_told
            assert "pilothouse_budget" not in text
            assert "pilothouse_inbox_waiting" in text

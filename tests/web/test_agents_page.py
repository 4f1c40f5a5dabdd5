"""The pages of agents, hung runs and fixes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.page_links import AGENTS, Kind
from bot.supervision.fixing.model import FixState
from bot.supervision.keeping.store import note_watched
from bot.supervision.model import Supervised
from bot.supervision.runs.model import RunKind, RunState
from bot.supervision.sessions.model import EventKind, SessionState
from bot.supervision.sessions.store import save_session
from bot.web.agents import model
from bot.web.agents.facts import agents_facts, agents_version
from tests.support.agent_pages import SUPERVISED, save_agents, session
from tests.support.cost_pages import save_costs
from tests.support.diagnosis import NOON, PAGE, REPOSITORY
from tests.support.reading import LINKS, Reader, reading

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    async with reading(tmp_path) as made:
        yield made


def _rows(text: str, heading: str) -> list[str]:
    table = text.partition(f'<h2 id="{heading}">')[2].partition("</table>")[0]
    return table.split("<tr>")[2:]


async def test_every_agent_is_shown_and_what_a_person_should_see_comes_first(reader: Reader) -> None:
    await save_agents(reader.database, NOON)

    rows = _rows(await reader.see(Kind.AGENTS, AGENTS), "sessions")

    states = [row.partition('class="state ')[2].partition("</span>")[0] for row in rows]
    assert states == [
        'bad">Quarantined',
        'bad">Dead',
        'bad">Stuck',
        'wait">Unknown',
        'wait">Starting',
        'wait">Quiet',
        'calm">Held',
        'good">Healthy',
        'calm">Finished',
        'calm">Not looked at yet',
    ]
    assert f'<a href="{PAGE}/issues/16" rel="noreferrer">#16</a>' in rows[0]
    assert "<code>orchestrator</code>" in rows[0]
    assert "1 h 35 min" in rows[0]
    assert "the bot's machine" in rows[1]
    assert "<code>builder</code> were pushed" in rows[7]


async def test_what_the_day_has_cost_is_told_where_it_is_known_and_never_as_nothing(reader: Reader) -> None:
    await save_agents(reader.database, NOON)
    await save_costs(reader.database, NOON)

    text = await reader.see(Kind.AGENTS, AGENTS)

    rows = {row.partition("</a>")[0].rpartition(">")[2]: row for row in _rows(text, "sessions")}
    assert "$25.20" in rows["navigator"]
    assert "$" not in rows["builder"]
    assert "no data" in rows["builder"]
    assert "<dt>Spent today</dt><dd>$25.20</dd>" in text


async def test_what_hosts_commits_and_logs_say_is_text(reader: Reader) -> None:
    await save_agents(reader.database, NOON)

    for subject in (AGENTS, "navigator", "stoker"):
        text = await reader.see(Kind.AGENTS, subject)

        assert "&lt;img src=x onerror=alert(1)&gt;" in text
        assert "<img src=x" not in text
        assert 'href="javascript' not in text


async def test_fixes_and_hung_runs_say_how_they_stand(reader: Reader) -> None:
    await save_agents(reader.database, NOON)

    text = await reader.see(Kind.AGENTS, AGENTS)

    fixed, refused = sorted(_rows(text, "fixes"), key=lambda row: "fix_removes_tests" in row)
    assert "Fixed, to be reviewed" in fixed
    assert f'<a href="{PAGE}/issues/31" rel="noreferrer">#31</a>' in fixed
    assert "in 1 file</span>" in fixed
    assert "—" in fixed
    assert "$0.41" in refused
    assert "<code>fix_removes_tests</code>" in refused
    left, again = _rows(text, "hung")
    assert "Begun again" in again
    assert "its runner is lost" in again
    assert "A person has to look" in left
    assert f'<a href="{PAGE}/issues/17" rel="noreferrer">#17</a>' in left


async def test_it_says_who_has_not_looked_for_long(reader: Reader) -> None:
    await save_agents(reader.database, NOON)
    assert "Late" not in await reader.see(Kind.AGENTS, AGENTS)

    past = NOON - timedelta(minutes=7)
    await reader.database.write(lambda connection: note_watched(connection, REPOSITORY.id, past))

    text = await reader.see(Kind.AGENTS, AGENTS)
    assert '<span class="late">Sessions of agents: looked at' in text
    assert text.count('<span class="state bad">Late</span>') == 1


async def test_one_agent_has_its_own_page(reader: Reader) -> None:
    await save_agents(reader.database, NOON)

    text = await reader.see(Kind.AGENTS, "helm-1")

    assert "<h1>helm-1</h1>" in text
    assert "died too often, so it is left alone until a person lets it go on" in text
    assert "4 times, at last 1 h 36 min ago" in text
    assert "<code>/why 0123456789ab</code>" in text
    assert "trimmer" not in text
    assert "/-" in text
    held = await reader.see(Kind.AGENTS, "purser")
    assert "<dt>Held by</dt><dd><code>ada</code></dd>" in held
    unseen = await reader.see(Kind.AGENTS, "yeoman")
    assert "Not looked at yet" in unseen
    assert "Nothing yet." in unseen
    builder = await reader.see(Kind.AGENTS, "builder")
    assert "4711 in pane <code>%3</code>" in builder


@pytest.mark.parametrize("subject", ["nobody", "helm", "--"])
async def test_an_agent_that_is_not_configured_has_no_page(reader: Reader, subject: str) -> None:
    await save_agents(reader.database, NOON)

    assert (await reader.get(LINKS.address(REPOSITORY.id, Kind.AGENTS, subject, now=NOON)))[0] == 404


async def test_a_repository_that_is_not_watched_has_no_page(reader: Reader) -> None:
    assert (await reader.get(LINKS.address(REPOSITORY.id, Kind.AGENTS, AGENTS, now=NOON)))[0] == 404


async def test_without_agents_only_builds_are_told_of_and_without_supervision_only_agents(
    reader: Reader,
) -> None:
    await save_agents(reader.database, NOON, supervised=Supervised())
    builds = await reader.see(Kind.AGENTS, AGENTS)
    assert "Fixes of broken builds" in builds
    assert "Sessions" not in builds

    await save_agents(reader.database, NOON, supervised=replace(SUPERVISED, is_asked_for=False))
    sessions = await reader.see(Kind.AGENTS, AGENTS)
    assert "Fixes of broken builds" not in sessions
    assert "Builds and workflow runs" not in sessions


async def test_of_very_many_agents_the_worst_are_shown(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "MOST_ROWS", 3)
    await save_agents(reader.database, NOON)

    text = await reader.see(Kind.AGENTS, AGENTS)

    assert len(_rows(text, "sessions")) == 3
    assert "and 7 more, of which none stands worse" in text


async def test_its_version_moves_with_what_it_shows(reader: Reader) -> None:
    await save_agents(reader.database, NOON)
    before = await agents_version(reader.database, REPOSITORY.id)
    facts = await agents_facts(reader.database, REPOSITORY.id, AGENTS, now=NOON)
    assert facts is not None
    assert facts.version == before
    assert await agents_version(reader.database, REPOSITORY.id) == before

    changed = session("mate", NOON, state=SessionState.STARTING, updated_at=NOON)
    await reader.database.write(lambda connection: save_session(connection, changed))

    assert await agents_version(reader.database, REPOSITORY.id) != before


async def test_every_state_has_its_words(reader: Reader) -> None:
    await save_agents(reader.database, NOON)
    facts = await agents_facts(reader.database, REPOSITORY.id, AGENTS, now=NOON)

    assert facts is not None
    assert {tone for tone, _ in map(facts.state_word, facts.rows)} == {"bad", "wait", "calm", "good"}
    assert all(map(facts.meaning, facts.rows))
    assert {row.session.state for row in facts.rows if row.session is not None} == set(SessionState)
    assert all(facts.event_word(kind) for kind in EventKind)
    assert all(facts.fix_word(state) for state in FixState)
    assert all(facts.run_word(state) for state in RunState)
    assert all(facts.hangs(kind) for kind in RunKind)

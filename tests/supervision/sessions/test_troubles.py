"""A session that dies again and again is left to a person, who is told once; so is one that gives no sign."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import Fault
from bot.localhub.state import issues as hub_issues
from bot.supervision.sessions.model import SessionState
from bot.supervision.sessions.store import change_session
from tests.support.sessions import need_tmux
from tests.support.watching import Watched, watched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.no_cover


S = SessionState
TOKEN = "ghp_" + "a" * 36


@pytest.fixture
async def seen(tmp_path: Path) -> AsyncIterator[Watched]:
    """Agents on this machine."""
    need_tmux()
    async with watched(tmp_path) as made:
        yield made


async def test_a_crash_loop_ends_in_one_issue_and_a_person_ends_the_quarantine(seen: Watched) -> None:
    """Four starts in half an hour, each after a longer pause; its last words are shown without their secrets."""
    folder = seen.sessions.folder / "loop"
    folder.mkdir()
    (folder / "end").write_text("1")
    (folder / "always").touch()
    seen.script.write_text(f"echo token {TOKEN} '@everyone' '```'\n{seen.script.read_text()}")
    await seen.configure("loop")
    starts = [(await seen.rows())["loop"].starts[0]]
    for _ in range(9):
        await seen.tick()
        row = (await seen.rows())["loop"]
        starts += [each for each in row.starts if each not in starts]
    assert row.state is S.QUARANTINED
    assert len(seen.agents["loop"].starts) == 4
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert gaps[-1] > gaps[0]
    (issue,) = seen.issues()
    assert issue.title == "Agent loop dies again and again, and is left alone"
    assert TOKEN not in str(issue.body)
    assert "token ***" in str(issue.body)
    shown = seen.sessions.run("capture-pane", "-p", "-S", "-", "-t", "=loop:")
    assert shown.count(TOKEN) == 4  # all that it has shown since its first start
    assert (await seen.happened("loop")).count("quarantined") == 1
    assert await seen.tick(timedelta(hours=2)) == {"loop": S.QUARANTINED}
    assert len(seen.issues()) == 1
    (folder / "end").unlink()
    assert "was started" in await seen.says("/agent loop resume")
    await seen.agents["loop"].works()
    assert await seen.tick() == {"loop": S.HEALTHY}
    assert issue.state == "closed"
    assert (await seen.rows())["loop"].issue is None


async def test_a_stuck_session_is_reported_and_never_killed(seen: Watched) -> None:
    await seen.configure("A1")
    agent = seen.agents["A1"]
    await agent.works()
    await seen.tick()
    (agent.folder / "silent").touch()
    await seen.tick()
    assert await seen.tick(timedelta(minutes=11)) == {"A1": S.QUIET}
    assert await seen.tick(timedelta(minutes=40)) == {"A1": S.STUCK}
    (issue,) = seen.issues()
    assert "never killed" in str(issue.body)
    await seen.tick()
    assert len(agent.starts) == 1
    (agent.folder / "silent").unlink()
    await agent.works()
    assert await seen.tick() == {"A1": S.HEALTHY}
    assert [one.state for one in seen.issues()] == ["closed"]
    assert await seen.happened("A1") == ["started", "proven", "stuck"]


@pytest.mark.parametrize(("conduct", "told"), [("observe", 0), ("suggest", 1)])
async def test_what_may_not_act_starts_nothing(seen: Watched, conduct: str, told: int) -> None:
    """To observe leaves no trace on the host; to suggest says in an issue what would be done."""
    await seen.configure("A1")
    await seen.agents["A1"].works()
    await seen.tick()
    await seen.configure("A1", conduct=conduct)
    await seen.agents["A1"].end("1")
    assert await seen.tick() == {"A1": S.DEAD}
    assert await seen.tick() == {"A1": S.DEAD}
    assert len(seen.agents["A1"].starts) == 1
    assert [issue.title for issue in seen.issues()] == [
        "Agent A1 has died, and is not started by itself"
    ] * told
    assert (await seen.happened("A1"))[2:] == ["died", "suggested"][: 1 + told]


async def test_a_session_that_is_held_is_not_dead(seen: Watched) -> None:
    await seen.configure("A1")
    agent = seen.agents["A1"]
    await agent.works()
    await seen.tick()

    held = partial(replace, state=S.HELD, held_by="ada")
    await seen.bot.database.write(lambda rows: change_session(rows, seen.bot.ref.id, "A1", held))
    await agent.end("1")
    assert await seen.tick() == {"A1": S.HELD}
    assert (await seen.rows())["A1"].held_by == "ada"
    assert len(agent.starts) == 1


async def test_an_issue_that_a_person_closed_stays_closed_and_new_trouble_is_told_anew(seen: Watched) -> None:
    """Where GitHub does not take it, the next look tells; of an agent that is gone nothing is left open."""
    hub, repository = seen.bot.hub, seen.bot.repository
    await seen.configure("A1", "A2")
    await seen.works()
    await seen.tick()
    await seen.configure("A1", "A2", conduct="suggest")
    await seen.agents["A1"].end("1")
    hub.faults.add(Fault(kind="status", method="POST", path="/issues", status=410, count=1))
    await seen.tick()
    assert seen.issues() == []
    await seen.tick()
    (first,) = seen.issues()
    hub_issues.set_state(hub.store, repository, first, "closed", seen.bot.ada)
    await seen.tick()
    assert [one.state for one in seen.issues()] == ["closed"]
    assert "was started" in await seen.says("/agent A1 restart")
    await seen.agents["A1"].works()
    await seen.tick()
    await seen.agents["A1"].end("1")
    await seen.tick()
    second = seen.issues()[-1]
    assert [one.state for one in seen.issues()] == ["closed", "open"]
    await seen.configure("A2", conduct="suggest")
    await seen.tick()
    assert second.state == "closed"
    await seen.tick()
    assert set(await seen.rows()) == {"A2"}

"""The budgets and the agents of every repository that one can read."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.storage.cost_tables import budgets
from bot.storage.supervision_tables import sessions, supervisions
from tests.support.agent_pages import save_agents
from tests.support.cost_pages import save_costs
from tests.support.dashboard import HOME, OPERATOR, board_over, boarding, reader_of
from tests.support.diagnosis import NOON, REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Delete, Select

    from bot.storage.database import Database

FLEET = reader_of((1_000, "fleet-00/hull-0"), (1_010, "fleet-10/hull-10"))


async def test_budgets_nearest_to_their_limits_come_first(thousand: Database, tmp_path: Path) -> None:
    async with board_over(thousand, tmp_path, viewer=OPERATOR) as board:
        text = await board.see("/costs")
        shares = [int(share) for share in re.findall(r"</meter> (\d+) %", text)]
        assert len(shares) == 50
        assert shares == sorted(shares, reverse=True)
        more = await board.see(_following(text))
        assert max(int(share) for share in re.findall(r"</meter> (\d+) %", more)) <= shares[-1]
        assert '<a class="button" href="/costs">First</a>' in more
        frozen = await board.see("/costs?stage=frozen&name=HULL")
        assert set(re.findall(r"fleet-\d\d/([a-z]+)-\d+/costs", frozen)) == {"hull"}
        assert "No budget is like that" in await board.see("/costs?name=%25")


def _following(text: str) -> str:
    """The address of the next piece of a list; empty at its end."""
    before, found, _ = text.partition('rel="next"')
    return html.unescape(before.rpartition('href="')[2].partition('"')[0]) if found else ""


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("/costs", select(budgets.c.repository)),
        ("/costs?name=hull", select(budgets.c.repository).where(budgets.c.repository.contains("hull"))),
        ("/agents", select(supervisions.c.repository + "/agents/" + sessions.c.name)),
        (
            "/agents?state=healthy",
            select(supervisions.c.repository + "/agents/" + sessions.c.name).where(
                sessions.c.state == "healthy"
            ),
        ),
    ],
)
async def test_a_list_read_to_its_end_shows_each_row_once(
    thousand: Database, tmp_path: Path, address: str, query: Select[tuple[str]]
) -> None:
    met: list[str] = []
    async with board_over(thousand, tmp_path, viewer=OPERATOR) as board:
        following = address
        while following:
            text = await board.see(following)
            met += re.findall(r'<th scope="row"><a href="/repos/([^"]+?)(?:/costs)?">', text)
            following = _following(text)
    if address.startswith("/agents"):
        query = query.join_from(
            sessions, supervisions, supervisions.c.repository_id == sessions.c.repository_id
        )
    rows = await thousand.read(lambda connection: connection.execute(query).all())
    assert sorted(met) == sorted(str(row[0]) for row in rows)


async def test_rows_that_go_and_come_shift_no_piece_of_a_list(thousand: Database, tmp_path: Path) -> None:
    """The address of a piece says after which row it begins: what changes before it moves nothing on it."""
    async with board_over(thousand, tmp_path, viewer=OPERATOR) as board:
        for address, table, named in (("/costs", budgets, budgets), ("/agents", sessions, supervisions)):
            first = await board.see(address)
            following = _following(first)
            shown = re.findall(r'<th scope="row"><a href="([^"]+)"', await board.see(following))
            names = re.findall(r'<th scope="row"><a href="/repos/([^"/]+/[^"/]+)/', first)
            name = next(one for one in names if not any(f"/{one}/" in link for link in shown))
            of_it = select(named.c.repository_id).where(named.c.repository == name)
            gone = table.delete().where(table.c.repository_id.in_(of_it))
            await board.database.write(partial(_execute, gone))
            assert re.findall(r'<th scope="row"><a href="([^"]+)"', await board.see(following)) == shown


def _execute(statement: Delete, connection: Connection) -> None:
    connection.execute(statement)


@pytest.mark.parametrize("place", ["", "x", "nan~octo/boat", "1e999~a", "~", "dead", "from"])
async def test_a_place_that_no_list_gave_is_the_beginning(
    thousand: Database, tmp_path: Path, place: str
) -> None:
    async with board_over(thousand, tmp_path, viewer=OPERATOR) as board:
        assert "First" not in await board.see(f"/costs?after={place}")
        assert "No budget is like that" in await board.see("/costs?after=-9~octo/boat")
        if place != "dead":
            assert "First" not in await board.see(f"/agents?after={place}")


async def test_the_sum_is_of_what_one_can_read(thousand: Database, tmp_path: Path) -> None:
    async with board_over(thousand, tmp_path, viewer=FLEET) as board:
        text = await board.see("/costs")
    assert set(re.findall(r'href="/repos/([^"]+)/costs"', text)) == {"fleet-00/hull-0", "fleet-10/hull-10"}
    assert "of $20.00" in text
    assert "octo/boat" not in text


async def test_what_was_not_read_today_is_not_known_and_not_zero(tmp_path: Path) -> None:
    """A new day begins without figures: yesterday's tell nothing of it."""
    async with boarding(tmp_path, now=NOON + timedelta(days=1)) as board:
        await save_costs(board.database, NOON)
        text = await board.see("/costs")
    assert "no data" in text
    assert "$63.00" not in text
    assert "Under the limit" in text
    assert "Not read today" in text


async def test_a_budget_without_a_limit_is_no_division_by_zero(tmp_path: Path) -> None:
    async with boarding(tmp_path) as board:
        await save_costs(board.database, NOON)
        nothing = budgets.update().values(limit=0)
        await board.database.write(lambda connection: connection.execute(nothing))
        assert "no data" in await board.see("/costs")


async def test_agents_in_trouble_come_first(tmp_path: Path) -> None:
    async with boarding(tmp_path) as board:
        await save_agents(board.database, NOON)
        text = await board.see("/agents")
        names = re.findall(rf'href="{HOME}/agents/([^"]+)"', text)
        assert names[0] == "helm-1"
        assert names.index("mate") < names.index("builder")
        assert "&lt;img src=x onerror=alert(1)&gt;" in text
        dead = await board.see("/agents?state=dead")
        assert re.findall(rf'href="{HOME}/agents/([^"]+)"', dead) == ["mate"]
        assert re.findall(rf'href="{HOME}/agents/([^"]+)"', await board.see("/agents?name=HELM")) == [
            "helm-1"
        ]
        assert "No agent is like that" in await board.see("/agents?state=nonsense")
        for name in ("helm-1", "mate"):
            assert "What is known of it" in await board.see(f"{HOME}/agents/{name}")
        assert (await board.get(f"{HOME}/agents/nobody")).status == 404


async def test_agents_of_others_are_not_there(thousand: Database, tmp_path: Path) -> None:
    async with board_over(thousand, tmp_path, viewer=FLEET) as board:
        text = await board.see("/agents")
        assert set(re.findall(r'href="/repos/([^"]+)/agents"', text)) == {
            "fleet-00/hull-0",
            "fleet-10/hull-10",
        }
        board.viewer = OPERATOR
        first = await board.see("/agents")
        assert '<a class="button" href="/agents">First</a>' in await board.see(_following(first))


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("/costs", "has no budget"),
        ("/agents", "Nothing is looked after here"),
        ("/merges", "Merges"),
        ("/metrics", "CI"),
    ],
)
async def test_a_repository_in_which_nothing_is_says_how_it_begins(
    tmp_path: Path, tab: str, words: str
) -> None:
    async with boarding(tmp_path) as board:
        assert words in await board.see(f"{HOME}{tab}")
        assert "No repository has a budget" in await board.see("/costs")
        assert "No agent is looked after" in await board.see("/agents")


async def test_what_summaries_link_to_stands_in_the_frame(thousand: Database, tmp_path: Path) -> None:
    """The same facts as on the pages with signed addresses, among the navigation of who signed in."""
    viewer = reader_of((REPOSITORY.id, REPOSITORY.full_name))
    async with board_over(thousand, tmp_path, viewer=viewer) as board:
        for address, words in (
            ("/deployments/9001", "What happened"),
            ("/gates/g-4f1c02aa", "The plan"),
            ("/costs", "Through the day"),
            (f"/costs/{NOON.date()}", "Through the day"),
            ("/merges", "Merges"),
            ("/metrics", "CI metrics"),
            ("/runs/300/1", "Tests of CI"),
        ):
            text = await board.see(f"{HOME}{address}")
            assert words in text, address
            assert 'aria-label="Breadcrumb"' in text, address
            assert "/ci/static/live.js" not in text, address
        for address in ("/deployments/1", "/gates/none", "/costs/2031-01-01", "/releases/none", "/runs/0/0"):
            shown = await board.get(f"{HOME}{address}")
            assert shown.status in {200, 404}, address
        costs = await board.see(f"{HOME}/costs")
        assert re.search(r"/ci/42/costs/[0-9a-z-]+/2026-03-01/lines\.csv", costs)
        assert f'{HOME}/gates/g-4f1c02aa"' in await board.see(f"{HOME}/deployments/9001")

"""The page of a day of costs."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from bot.budget.model import Mode, Stage
from bot.config.costing import CostConfig
from bot.costs.ladder.rows import intend
from bot.costs.model import Action, ActionKind, ActionState, GapKind, Sureness
from bot.costs.store.budgets import budget_of, keep_budget, save_budget
from bot.page_links import TODAY, Kind
from bot.web.costs import facts
from bot.web.costs.facts import costs_facts, costs_version
from tests.support.cost_pages import HOSTILE, save_costs
from tests.support.diagnosis import NOON, PAGE, REPOSITORY
from tests.support.history import save_weeks
from tests.support.reading import LINKS, Reader, reading

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Connection

NOW = NOON + timedelta(days=18)


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    async with reading(tmp_path, now=NOW) as made:
        yield made


def _charts(text: str) -> dict[str, dict[str, Any]]:
    found = (json.loads(html.unescape(one)) for one in re.findall(r'data-chart="([^"]*)"', text))
    return {one["kind"]: one for one in found}


async def test_it_tells_the_day_against_its_limit(reader: Reader) -> None:
    await save_costs(reader.database, NOW)

    text = await reader.see(Kind.COSTS, TODAY)

    assert "Costs of Thursday, 19 March 2026" in text
    assert "<dd>$63.00 <small>of $100.00</small></dd>" in text
    assert '<dd>$126.00 <small class="whole">$113.40 to $141.75</small></dd>' in text
    assert "in 7 h 3 min" in text
    assert "<dd>+1.2 %</dd>" in text
    assert "A mark is passed" in text
    assert "Dry run: it only says what it would do" in text
    assert '<th scope="row">Amazon Bedrock</th><td class="number">$40.32</td>' in text
    assert "no price" not in text
    assert "seen and not priced: <code>nova-next</code>" in text
    assert "&#34;Action&#34;: &#34;ec2:DescribeVolumes&#34;" in text
    assert '<td class="whole"><span class="soft">no data</span></td>' in text  # never a zero
    assert "Credits of $25.50 in this month are told apart, not taken off." in text


async def test_its_charts_hold_what_its_tables_tell(reader: Reader) -> None:
    await save_costs(reader.database, NOW)

    charts = _charts(await reader.see(Kind.COSTS, TODAY))

    day, month = charts["day"], charts["month"]
    assert len(day["x"]) == 12 * 4 + 2  # every 15 minutes from midnight to noon, and the midnight to come
    assert (day["x"][0], day["x"][-1]) == tuple(day["ends"])
    assert day["spent"][-2:] == [63.0, None]
    assert (day["low"][-2:], day["likely"][-2:], day["high"][-2:]) == (
        [63.0, 113.4],
        [63.0, 126.0],
        [63.0, 141.75],
    )
    assert {len(day[name]) for name in ("x", "spent", "limit", "low", "likely", "high")} == {50}
    assert (len(month["x"]), month["settled"][-2:], month["metered"][-1]) == (19, [None, None], 63.0)
    assert month["metered"][0] == 85.0
    assert month["settled"][0] == 82.45


async def test_each_line_says_how_its_amount_comes_about(reader: Reader) -> None:
    """What has no price leads; nothing of it is taken for nothing."""
    await save_costs(reader.database, NOW)

    text = await reader.see(Kind.COSTS, TODAY)

    rows = text.partition("Every thing that was metered")[2].partition("</table>")[0].split("<tr>")[2:]
    assert "5 things</summary>" in text
    assert ["nova-next" in row for row in rows] == [True, False, False, False, False]
    assert "Unpriced" in rows[0]
    assert "1,234,567 tokens" in rows[0]
    assert 'navigator #12 production<span class="soft">untagged</span>' in rows[0]
    assert '<td class="number">$40.32</td><td class="number">1 days</td><td class="number">$1</td>' in rows[1]


async def test_of_many_lines_the_dearest_are_shown(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "_MOST_LINES", 3)
    await save_costs(reader.database, NOW)

    text = await reader.see(Kind.COSTS, TODAY)

    assert "3 things of 5, the dearest</summary>" in text
    assert "EC2 - Other</code>" not in text


async def test_what_a_tag_says_is_text(reader: Reader) -> None:
    await save_costs(reader.database, NOW)

    text = await reader.see(Kind.COSTS, TODAY)

    assert html.escape(HOSTILE) in text
    assert "<img src=x" not in text


async def test_pull_requests_are_linked_where_the_repository_is_known(reader: Reader) -> None:
    await save_costs(reader.database, NOW)
    assert "/pull/12" not in await reader.see(Kind.COSTS, TODAY)

    await save_weeks(reader.database, NOW)

    assert f'<a href="{PAGE}/pull/12" rel="noreferrer">#12</a>' in await reader.see(Kind.COSTS, TODAY)


async def test_a_day_that_is_over_tells_no_forecast_and_is_not_followed(reader: Reader) -> None:
    await save_costs(reader.database, NOW)

    text = await reader.see(Kind.COSTS, "2026-03-18")

    assert "Costs of Wednesday, 18 March 2026" in text
    assert "Forecast for the day" not in text
    assert "data-live" not in text
    assert set(_charts(text)["day"]["likely"]) == {None}
    assert "/2026-03-17" in text
    assert "/2026-03-19" in text
    assert "/2026-03-20" not in text


@pytest.mark.parametrize("subject", ["2026-03-20", "2026-02-28", "2024-01-01", "yesterday", "2026-13-01"])
async def test_a_day_without_a_reading_is_nothing(reader: Reader, subject: str) -> None:
    await save_costs(reader.database, NOW)

    status, _, _ = await reader.get(LINKS.address(REPOSITORY.id, Kind.COSTS, subject, now=NOW))

    assert status == 404


async def test_before_the_first_look_it_says_so(reader: Reader) -> None:
    await reader.database.write(lambda connection: keep_budget(connection, REPOSITORY, CostConfig(), now=NOW))

    text = await reader.see(Kind.COSTS, TODAY)

    assert "Nothing was read of this day yet." in text
    assert "Under the limit" in text


async def test_a_repository_without_a_budget_has_no_such_page(reader: Reader) -> None:
    await save_costs(reader.database, NOW)

    other = LINKS.address(REPOSITORY.id + 1, Kind.COSTS, TODAY, now=NOW)

    assert (await reader.get(other))[0] == 404


async def test_its_version_moves_with_what_it_shows(reader: Reader) -> None:
    await save_costs(reader.database, NOW)
    running = await costs_facts(reader.database, REPOSITORY.id, TODAY, now=NOW)
    past = await costs_facts(reader.database, REPOSITORY.id, "2026-03-18", now=NOW)

    assert running is not None
    assert [running.exact(Decimal(one)) for one in ("98765432.505", "0.0000031", "1", "0.1234567")] == [
        "98,765,432.5",
        "0.0000031",
        "1",
        "0.123457",
    ]
    assert past is not None
    assert (running.version, past.version) == ("20260319-120000000000-dry-run-noticed-0-0", "")
    for subject, version in ((TODAY, running.version), ("2026-03-19", running.version), ("2026-03-18", "")):
        assert await costs_version(reader.database, REPOSITORY.id, subject, now=NOW) == version
    assert await costs_version(reader.database, REPOSITORY.id + 1, TODAY, now=NOW) == ""
    assert all(running.state_word(state) for state in ActionState)
    assert all(running.gap_tone(kind) for kind in GapKind)
    assert all(running.sureness_word(one) for one in Sureness)


async def test_what_the_limit_did_is_told_with_how_it_went(reader: Reader) -> None:
    await save_costs(reader.database, NOW)
    action = Action(
        id="a",
        repository_id=REPOSITORY.id,
        day=NOW.date(),
        kind=ActionKind.TERMINATE,
        target="i-0123456789abcdef0",
        state=ActionState.WOULD,
        reading_id="reading",
        text="It would be **ended**: spend is over the limit.",
        intended_at=NOW,
    )
    paused = replace(action, id="b", kind=ActionKind.PAUSE_AGENTS, target="", state=ActionState.FAILED)
    await reader.database.write(lambda connection: intend(connection, [action, paused]))

    text = await reader.see(Kind.COSTS, TODAY)

    assert "Terminate <code>i-0123456789abcdef0</code>" in text
    assert '<span class="state calm">Would have</span>' in text
    assert "It would be <strong>ended</strong>" in text
    assert "Pause agents</th>" in text
    assert '<span class="state bad">Failed</span>' in text


@pytest.mark.parametrize(
    ("mode", "says"),
    [
        (Mode.DRY_RUN, "<code>/budget enforce</code> would let this stage stop: deploys, new agents, nodes."),
        (Mode.ENFORCE, "This stage stops: deploys, new agents, nodes."),
    ],
)
async def test_a_stage_says_what_it_stops(reader: Reader, mode: Mode, says: str) -> None:
    await save_costs(reader.database, NOW)
    await _change(reader, mode=mode, stage=Stage.FROZEN)

    text = await reader.see(Kind.COSTS, TODAY)

    assert "Frozen" in text
    assert says in text


async def test_an_extension_says_until_when_it_lasts(reader: Reader) -> None:
    await save_costs(reader.database, NOW)
    await _change(reader, extended_to=Decimal(125), extended_until=NOW + timedelta(hours=6))

    assert "The limit is extended to $125.00 until 18:00 UTC." in await reader.see(Kind.COSTS, TODAY)


async def _change(reader: Reader, **changes: Any) -> None:
    def change(connection: Connection) -> None:
        budget = budget_of(connection, REPOSITORY.id)
        assert budget is not None
        save_budget(connection, replace(budget, **changes))

    await reader.database.write(change)

"""What was metered on a day, as a file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.costs.model import MeterLine
from bot.page_links import TODAY, Kind
from bot.storage.cost_tables import cost_meters
from bot.web.costs.export import as_csv
from tests.support.cost_pages import HOSTILE, save_costs
from tests.support.diagnosis import NOON, REPOSITORY
from tests.support.reading import LINKS, Reader, reading

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NOW = NOON + timedelta(days=18)


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    async with reading(tmp_path, now=NOW) as made:
        yield made


async def test_everything_that_was_metered_can_be_had_as_a_file(reader: Reader) -> None:
    """Amounts are exact, what has no price has none, and no tag is a formula: strangers may have set it."""
    await save_costs(reader.database, NOW)
    address = LINKS.address(REPOSITORY.id, Kind.COSTS, TODAY, now=NOW)

    status, text, headers = await reader.get(f"{address}/lines.csv")

    assert status == 200
    assert headers["Content-Type"].startswith("text/csv")
    assert headers["Content-Disposition"] == 'attachment; filename="costs-today.csv"'
    rows = list(csv.DictReader(io.StringIO(text)))
    by_item = {row["ResourceId"]: row for row in rows}
    assert by_item["Amazon Bedrock"]["EffectiveCost"] == "40.32"
    strange = by_item["nova-next"]
    assert (strange["EffectiveCost"], strange["ListUnitPrice"], strange["x_Tagged"]) == ("", "", "false")
    assert (strange["x_PullRequest"], strange["ConsumedQuantity"]) == ("12", "1234567")
    assert by_item["Amazon Bedrock"]["x_Detail"] == ""
    assert strange["x_Detail"] == f"model={HOSTILE}"
    assert {row["ChargePeriodEnd"] for row in rows} == {"2026-03-20T00:00:00Z"}


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_what_a_spreadsheet_would_reckon_is_text(words: str) -> None:
    """As https://owasp.org/www-community/attacks/CSV_Injection tells."""
    line = MeterLine(
        source="fixed",
        item=words,
        service="",
        day=NOW.date(),
        quantity=Decimal(1),
        unit="days",
        unit_price=Decimal("0.0000001"),
        amount=Decimal(1),
        seen_at=NOW,
    )

    (row,) = csv.DictReader(io.StringIO(as_csv([line], NOW.date())))

    assert row["ResourceId"] == f"'{words}"
    assert row["ListUnitPrice"] == "0.0000001"


@pytest.mark.parametrize("subject", ["2026-02-01", "nonsense"])
async def test_of_a_day_without_costs_there_is_no_file(reader: Reader, subject: str) -> None:
    await save_costs(reader.database, NOW)
    address = LINKS.address(REPOSITORY.id, Kind.COSTS, subject, now=NOW)

    assert (await reader.get(f"{address}/lines.csv"))[0] == 404
    assert (await reader.get(f"{address.replace('/costs/', '/merges/')}/lines.csv"))[0] == 404
    assert (await reader.get("/ci/42/costs/69ec0400-br6kcg/today/lines.csv"))[0] == 404


async def test_what_cannot_be_read_is_no_empty_file(reader: Reader) -> None:
    await reader.database.write(cost_meters.drop)
    address = LINKS.address(REPOSITORY.id, Kind.COSTS, TODAY, now=NOW)

    status, text, _ = await reader.get(f"{address}/lines.csv")

    assert status == 503
    assert "ResourceId" not in text

"""The threat model is kept: each threat has a test, and the test is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
_THREATS = TEXT[TEXT.index("## Threats") : TEXT.index("## Who can do what")]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in _THREATS.splitlines()
    if line.startswith("| ") and not line.startswith("| threat")
]
_WHO = re.compile(r"(?:[SCRWNVLU]|any)→[KTDMPJA](?:, [KTDMPJA])* \w")


def test_every_actor_and_every_asset_is_in_some_threat() -> None:
    named = [row[0].split(" ")[0] for row in ROWS]
    assert {name.partition("→")[0] for name in named} == {*"SCRWNVLU", "any"}
    assert {sign for row in ROWS for sign in row[0].partition("→")[2].split(" ")[0]} >= set("KTDMPJA")
    assert len(ROWS) > 50


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:60] for row in ROWS])
def test_a_threat_has_a_defence_and_a_test_that_is_there(row: list[str]) -> None:
    assert len(row) == 3, row
    threat, defence, test = row
    assert _WHO.match(threat), threat
    assert defence
    file, _, function = test.strip("`").partition("::")
    source = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^((?:async )?def {function}\(|{function}\b.* = )", source, re.MULTILINE), test


def test_no_threat_is_told_twice() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS)

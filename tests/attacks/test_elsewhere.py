"""The attacks that are played elsewhere are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.attacks.elsewhere import ELSEWHERE

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(("name", "learned_from", "test"), ELSEWHERE, ids=[name for name, _, _ in ELSEWHERE])
def test_an_attack_is_played_where_the_table_says(name: str, learned_from: str, test: str) -> None:
    file, _, function = test.partition("::")
    assert name
    assert re.fullmatch(r"[\w.-]+/[\w.-]+#\d+", learned_from)
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^((?:async )?def {function}\(|{function} = )", text, re.MULTILINE)

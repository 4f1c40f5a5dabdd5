"""The page about the diagnosis's quality says what the evaluation measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scripts.evaluation_table import DOCUMENT, write_table

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[1]


def test_the_table_is_replaced_and_the_rest_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Measured figures go between the markers, beside those of others; twice is once."""
    page = tmp_path / "page.md"
    page.write_text(
        "# A\n\n<!-- generated: evaluation -->\nold\n<!-- end: evaluation -->\n\nb\n", encoding="utf-8"
    )
    results = {"fitted": {"per_project": {"f1": 0.756, "cause": 0.5}}}

    for _ in range(2):
        write_table(page, results)

    text = page.read_text(encoding="utf-8")
    assert text.startswith("# A\n\n<!-- generated: evaluation -->\n| method |")
    assert text.endswith("|\n<!-- end: evaluation -->\n\nb\n")
    assert "old" not in text
    assert "| **Pilothouse, fitted** | open half, by project |  |  | 0.76 |  |  |  |  | 0.50 |  |" in text
    assert "keyword search (LogChunks)" in text
    assert text.count("Pilothouse, fitted") == 1
    assert "wrote page.md" in capsys.readouterr().out


def test_the_page_tells_all_three_ways_of_measuring() -> None:
    """What ships is never shown without what strangers may expect of it."""
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")

    table = text.partition("<!-- generated: evaluation -->")[2].partition("<!-- end: evaluation -->")[0]
    assert all(f"Pilothouse, {name}" in table for name in ("fitted", "leave-projects-out", "fallback alone"))

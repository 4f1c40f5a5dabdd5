from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import pytest

from tests.support.log_text import cut_off, log_of
from tests.support.samples import sample_logs

if TYPE_CHECKING:
    from pathlib import Path

    from bot.diagnosis.parsing import LogParser


LONGEST = 400  # lines of a sample that are cut at
CUTS = 40  # of one sample


@pytest.mark.parametrize("sample", sample_logs(), ids=lambda log: f"{log.parent.name}/{log.stem}")
def test_a_parser_reads_a_log_that_ends_anywhere(sample: Path) -> None:
    """A job that is killed leaves a log that ends in the middle of a message."""
    parser: LogParser = importlib.import_module(f"bot.diagnosis.parsers.{sample.parent.name}").PARSER
    log = log_of(sample.read_text(encoding="utf-8", errors="replace"))
    last = min(len(log.lines), LONGEST)

    for lines in range(0, last, max(1, last // CUTS)):
        cut = cut_off(log, lines)
        for finding in parser.read(cut):
            assert finding.message.strip()
            assert finding.places
            assert all(0 <= place < lines for place in finding.places)
        for suite in parser.suites(cut) if parser.suites else ():
            assert suite.passed >= 0
            assert suite.failed >= 0

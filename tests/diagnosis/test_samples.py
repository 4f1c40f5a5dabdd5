from __future__ import annotations

import json
import pkgutil
from typing import TYPE_CHECKING

import pytest

import bot.diagnosis.parsers
from bot.diagnosis.reader import load_parsers
from bot.diagnosis.report import diagnose_stream
from tests.support.samples import SAMPLES, sample_logs, told

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("log", sample_logs(), ids=lambda log: f"{log.parent.name}/{log.stem}")
def test_the_sample_is_diagnosed_as_written_down(log: Path) -> None:
    with log.open("rb") as stream:
        diagnosis = diagnose_stream(stream, whole=True)

    assert diagnosis.problem == ""
    assert told(diagnosis) == json.loads(log.with_suffix(".json").read_text(encoding="utf-8"))


def test_every_parser_has_a_sample() -> None:
    """A parser without a sample log proves nothing."""
    modules = {module.name for module in pkgutil.iter_modules(bot.diagnosis.parsers.__path__)}

    assert modules <= {log.parent.name for log in sample_logs()}


def test_every_parser_speaks_in_its_samples() -> None:
    """Each parser's own findings appear in some sample, not only those of a neighbour."""
    speaking = {
        failure["tool"]
        for expected in SAMPLES.glob("*/*.json")
        for failure in json.loads(expected.read_text(encoding="utf-8"))["failures"]
    }

    assert {parser.name for parser in load_parsers()} <= speaking

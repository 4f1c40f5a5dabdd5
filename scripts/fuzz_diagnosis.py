"""Feed the diagnosis with what libFuzzer makes of the sample logs, for as long as its options say.

Atheris is no dependency of ours: its wheels are for Linux alone. Install it beside the others, then for a minute:

    uv pip install atheris && python scripts/fuzz_diagnosis.py -max_total_time=60 tests/diagnosis/samples/pytest
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris  # type: ignore[import-untyped]  # see above

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

with atheris.instrument_imports(include=["bot.diagnosis", "bot.redaction"]):
    from bot.diagnosis.reader import LogReader, load_parsers
    from bot.redaction import redact

    load_parsers()

MOST_FAILURES, MOST_LINES = 100, 30


def try_one(data: bytes) -> None:
    """This function will diagnose a log and fail where a parser crashed, a bound is broken or a secret is left."""
    reader = LogReader()
    reader.feed(data)
    diagnosis = reader.finish()
    too_long = any(len(failure.excerpt) > MOST_LINES for failure in diagnosis.failures)
    leaks = any(redact(failure.message) != failure.message for failure in diagnosis.failures)
    if "parser" in diagnosis.problem or too_long or leaks or len(diagnosis.failures) > MOST_FAILURES:
        raise ValueError(diagnosis)


atheris.Setup(sys.argv, try_one)
atheris.Fuzz()

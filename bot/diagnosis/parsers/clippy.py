"""Reads the lints that clippy makes errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.forms.rust_diagnostics import diagnostics_in
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Location


def read(log: Log) -> Iterator[Finding]:
    """This function will find every denied lint, clippy's own or one of the compiler that clippy ran."""
    told: set[tuple[str, Location]] = set()
    for diagnostic in diagnostics_in(log):
        step = log.lines[diagnostic.places[0]].step
        if diagnostic.code or diagnostic.where is None:
            continue
        if "clippy" not in diagnostic.text and "clippy" not in step:
            continue
        key = (diagnostic.message, diagnostic.where)
        if key not in told:  # the library and its tests are linted apart and say the same
            told.add(key)
            yield Finding(
                cause=Cause.LINT,
                message=diagnostic.message,
                places=diagnostic.places,
                locations=(diagnostic.where,),
            )


PARSER = LogParser(name="clippy", signs=("clippy",), read=read)

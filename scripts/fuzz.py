"""Feed one target with what libFuzzer makes of its samples, guided by which lines that reaches.

    .venv/fuzz/bin/python -m scripts.fuzz TARGET [OPTION of libFuzzer …] [FOLDER of samples …]

`make fuzz` runs them all. A crash is written to crash-…; put it below tests/attacks/crashes/TARGET/, and mend what it
found: `make test` tries every file there from then on.
"""

from __future__ import annotations

import sys

import atheris  # type: ignore[import-untyped, unused-ignore]  # only where `make fuzz` has installed it

# What reads strangers' bytes; to watch all of the program would take a minute to begin.
_WATCHED = [
    "bot.commands",
    "bot.config",
    "bot.diagnosis",
    "bot.github",
    "bot.page_links",
    "bot.stats",
    "bot.web",
]

with atheris.instrument_imports(include=_WATCHED):
    from scripts.fuzz_targets import TARGETS

if __name__ == "__main__":
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()

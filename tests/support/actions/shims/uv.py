"""Stands in for uv: nothing is installed, programs of the environment are those that the tests run in."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

_NOTHING_TO_DO = (r"sync --all-packages( --locked)?", r"build --all-packages")
_PROGRAMS = {"pytest", "ruff", "python"}


def main(arguments: list[str]) -> int:
    """This function will run a program, or do nothing where uv would install or build; else it complains."""
    asked = " ".join(arguments)
    if any(re.fullmatch(known, asked) for known in _NOTHING_TO_DO):
        print("Resolved 12 packages in 3ms")
        return 0
    words = [word for word in arguments if word != "--no-sync"]
    if len(words) > 1 and words[0] == "run" and words[1] in _PROGRAMS:
        program = Path(sys.prefix) / "bin" / words[1]
        os.execv(program, [str(program), *words[2:]])  # noqa: S606 - a program of the tests' own environment
    print(f"error: unrecognized arguments '{asked}'", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

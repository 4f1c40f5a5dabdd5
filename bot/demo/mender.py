"""Stands for an agent in the demo: it is asked to mend a build as an agent would be, and knows one mistake."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """This function will read the task and mend the numbers of the work tree that it is started in."""
    place = os.environ["FIXER_TASK"]  # noqa: TID251 - this runs alone, as an agent does
    task = Path(place).read_text(encoding="utf-8")
    numbers = Path("src/harbour/numbers.py")
    numbers.write_text(
        numbers.read_text(encoding="utf-8").replace('"eight")', '"eight", "nine")'), encoding="utf-8"
    )
    sys.stdout.write(f"Read a task of {len(task.splitlines())} lines, and spelled nine.\n")


if __name__ == "__main__":
    main()

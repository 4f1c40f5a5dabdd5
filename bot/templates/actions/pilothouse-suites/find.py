"""Puts out what a job runs."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from uuid import uuid4


def main() -> None:
    """This function will put out everything that is told of a job, each under its name."""
    told = os.environ
    table = json.loads(Path(__file__).with_name(f"{told['WORKFLOW']}.json").read_text(encoding="utf-8"))
    if told["NAME"] not in table:
        sys.exit(f"::error::{told['WORKFLOW']} has no job {told['NAME']!r}; it has: {', '.join(table)}")
    end = uuid4().hex  # no text can hold it
    with Path(told["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as out:
        for name, value in table[told["NAME"]].items():
            lines = (
                value if isinstance(value, list) else [value if isinstance(value, str) else json.dumps(value)]
            )
            out.writelines(f"{line}\n" for line in (f"{name}<<{end}", *lines, end))


if __name__ == "__main__":
    main()

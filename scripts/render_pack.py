"""Writes packs for the linters: the templates as they are, and what they make of each sample of a pipeline."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import copytree

from tests.support.packs import write_packs

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for part in ("workflows", "actions"):
        copytree(f"bot/templates/{part}", folder / "templates" / ".github" / part)
    write_packs(folder)

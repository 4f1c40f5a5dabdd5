"""Writes the pack of the reference pipeline, and of each kind of repository there is a sample of, for the linters."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.packs import write_packs

if __name__ == "__main__":
    write_packs(Path(sys.argv[1]))

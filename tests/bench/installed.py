"""The interpreter that the product is measured with."""

from __future__ import annotations

import sys
from pathlib import Path

# What an installation has and no more: what developers need would be loaded too, and counted as the product's.
_INSTALLED = Path(__file__).parents[2] / ".venv/product/bin/python"
PYTHON = str(_INSTALLED) if _INSTALLED.exists() else sys.executable


def problem() -> str:
    """This function will say what is missing for figures that hold for an installation; empty if nothing is."""
    return "" if _INSTALLED.exists() else f"{_INSTALLED} is missing; run: sh scripts/setup_product.sh"

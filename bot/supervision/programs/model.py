"""What a host is asked to run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One program that is run to its end."""

    argv: tuple[str, ...]
    cwd: str = "/"
    folder: str = "/"  # whose owner it runs as, where the host names no user and can choose
    timeout: timedelta = timedelta(seconds=60)

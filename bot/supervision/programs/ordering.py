"""Orders to run one of the programs on a host, as the owner of the folder that it is about."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from bot.supervision.programs.model import Order

if TYPE_CHECKING:
    from datetime import timedelta

NAME = "pilothouse"  # the scripts' own name, as processes are listed


def program(name: str, *arguments: str, folder: str, timeout: timedelta) -> Order:
    """This function will make the order to run one of the scripts as the owner of the folder."""
    return Order(argv=("sh", "-c", script(name), NAME, *arguments), folder=folder, timeout=timeout)


@cache
def script(name: str) -> str:
    """This function will return the text of one of the scripts."""
    return (resources.files(__package__) / "scripts" / f"{name}.sh").read_text(encoding="utf-8")

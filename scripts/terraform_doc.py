"""Makes the tables of variables in the README that goes with the Terraform files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from bot.markdown import table

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER = Path(__file__).resolve().parent.parent / "bot" / "templates" / "terraform"
_VARIABLE = re.compile(r'^variable "(\w+)" \{\n(.*?)^\}$', re.MULTILINE | re.DOTALL)
_DESCRIPTION = re.compile(r'^  description = "(.*)"$', re.MULTILINE)
_DEFAULT = re.compile(r"^  default\s+= (.+)$", re.MULTILINE)


def environment_variables() -> str:
    """This function will list what an environment's settings may say."""
    return _table(_FOLDER / "variables.tf")


def account_variables() -> str:
    """This function will list what is said once for an account."""
    return _table(_FOLDER / "bootstrap" / "variables.tf")


def orchestrator_variables() -> str:
    """This function will list what the orchestrator's settings may say."""
    return _table(_FOLDER / "orchestrator" / "variables.tf")


def _table(file: Path) -> str:
    return table(("variable", "by default", "what it says"), list(_rows(file.read_text("utf-8"))))


def _rows(text: str) -> Iterator[tuple[str, str, str]]:
    for name, body in _VARIABLE.findall(text):
        description, default = _DESCRIPTION.search(body), _DEFAULT.search(body)
        if description is None:
            raise ValueError(f"the variable {name} has no description")
        said = f"`{default[1]}`" if default else "it has to be said"
        yield f"`{name}`", said, description[1]

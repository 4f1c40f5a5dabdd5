"""Reads which inputs a workflow file declares for `workflow_dispatch`."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

_TRIGGER = "workflow_dispatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredInput:
    """One input that a workflow declares.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputs
    """

    name: str
    type: str = "string"  # string, boolean, number, choice or environment
    required: bool = False
    has_default: bool = False
    options: tuple[str, ...] = ()  # of a choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Undispatchable:
    """The file cannot be started by `workflow_dispatch`, and why."""

    why: str  # plain text, completes "it …"


def declared_inputs(text: bytes) -> tuple[DeclaredInput, ...] | Undispatchable:
    """This function will read the inputs that a workflow file declares, in its own order."""
    try:
        document = YAML(typ="safe", pure=True).load(io.StringIO(text.decode("utf-8")))
    except (UnicodeDecodeError, YAMLError, ValueError, RecursionError):
        return Undispatchable(why="is no valid YAML")
    # YAML 1.1, which a file may ask for, reads the key `on` as true.
    triggers = document.get("on", document.get(True)) if isinstance(document, dict) else None
    if isinstance(triggers, dict) and _TRIGGER in triggers:
        trigger = triggers[_TRIGGER]
        found = trigger.get("inputs") if isinstance(trigger, dict) else None
        return tuple(_input(str(name), said) for name, said in _pairs(found))
    if triggers == _TRIGGER or (isinstance(triggers, list) and _TRIGGER in triggers):
        return ()
    return Undispatchable(why=f"has no {_TRIGGER} trigger")


def _input(name: str, said: Any) -> DeclaredInput:
    if not isinstance(said, dict):
        return DeclaredInput(name=name)
    options = said.get("options")
    return DeclaredInput(
        name=name,
        type=str(said.get("type") or "string"),
        required=said.get("required") is True,
        has_default=said.get("default") is not None,
        options=tuple(_text(option) for option in options) if isinstance(options, list) else (),
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _pairs(found: Any) -> list[tuple[Any, Any]]:
    return list(found.items()) if isinstance(found, dict) else []

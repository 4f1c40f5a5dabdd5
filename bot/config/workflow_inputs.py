"""Reads which inputs a workflow file declares for `workflow_dispatch`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.config.strangers_yaml import UnreadableYamlError, read_yaml

_TRIGGER = "workflow_dispatch"
_SIZE_LIMIT = 128 * 1024


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
    if len(text) > _SIZE_LIMIT:
        return Undispatchable(why=f"is larger than the {_SIZE_LIMIT} bytes that are read")
    try:
        document = read_yaml(text)
    except UnreadableYamlError:
        return Undispatchable(why="is no valid YAML")
    # YAML 1.1, which a file may ask for, reads the key `on` as true.
    triggers = document.get("on", document.get(True)) if isinstance(document, dict) else None
    if isinstance(triggers, dict) and _TRIGGER in triggers:
        trigger = triggers[_TRIGGER]
        found = trigger.get("inputs") if isinstance(trigger, dict) else None
        return tuple(_input(name, said) for name, said in _pairs(found))
    if triggers == _TRIGGER or (isinstance(triggers, list) and _TRIGGER in triggers):
        return ()
    return Undispatchable(why=f"has no {_TRIGGER} trigger")


def _input(name: str, said: Any) -> DeclaredInput:
    if not isinstance(said, dict):
        return DeclaredInput(name=name)
    options, kind = said.get("options"), said.get("type")
    return DeclaredInput(
        name=name,
        type=kind if isinstance(kind, str) else "string",
        required=said.get("required") is True,
        has_default=said.get("default") is not None,
        options=tuple(_text(one) for one in options if isinstance(one, str | int | float))
        if isinstance(options, list)
        else (),
    )


def _text(value: float | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _pairs(found: Any) -> list[tuple[str, Any]]:
    return (
        [(name, said) for name, said in found.items() if isinstance(name, str)]
        if isinstance(found, dict)
        else []
    )

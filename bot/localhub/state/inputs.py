"""The inputs that a workflow file declares for `workflow_dispatch`, and what of them a dispatch may give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

if TYPE_CHECKING:
    from collections.abc import Mapping

_BOOLEANS = ("true", "false")


class Unacceptable(ValueError):  # noqa: N818 - it is an answer, not a mistake of ours
    """A dispatch that GitHub would refuse with 422."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One declared input."""

    required: bool
    default: str | None
    kind: str
    options: tuple[str, ...]


def declared_inputs(content: bytes) -> dict[str, Declared]:
    """This function will read the inputs that a workflow file declares.

    Raises:
        Unacceptable: it has no `workflow_dispatch` trigger.
    """
    try:
        document = YAML(typ="safe", pure=True).load(content)
    except YAMLError as wrong:
        raise Unacceptable("Invalid workflow file") from wrong
    trigger = document.get("on") if isinstance(document, dict) else None
    names = [trigger] if isinstance(trigger, str) else trigger or ()
    if "workflow_dispatch" not in names:
        raise Unacceptable("Workflow does not have 'workflow_dispatch' trigger")
    dispatch = trigger["workflow_dispatch"] if isinstance(trigger, dict) else None
    inputs = (dispatch or {}).get("inputs") or {}
    return {str(name): _declared(entry or {}) for name, entry in inputs.items()}


def _declared(entry: Mapping[str, Any]) -> Declared:
    default = entry.get("default")
    return Declared(
        required=bool(entry.get("required")),
        default=None if default is None else _text(default),
        kind=str(entry.get("type", "string")),
        options=tuple(_text(one) for one in entry.get("options") or ()),
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def accepted(known: Mapping[str, Declared], given: Mapping[str, Any]) -> dict[str, str]:
    """This function will give the inputs that a run starts with, defaults among them.

    Raises:
        Unacceptable: an input is not declared, missing, or none of the values it may have.
    """
    unexpected = sorted(given.keys() - known.keys())
    if unexpected:
        names = ", ".join(f'"{name}"' for name in unexpected)
        raise Unacceptable(f"Unexpected inputs provided: [{names}]")
    values: dict[str, str] = {}
    for name, one in known.items():
        value = _text(given[name]) if name in given else one.default
        if one.required and not value:
            raise Unacceptable(f"Required input '{name}' not provided")
        allowed = one.options if one.kind == "choice" else _BOOLEANS if one.kind == "boolean" else ()
        if value and allowed and value not in allowed:
            raise Unacceptable(
                f"Provided value '{value}' for input '{name}' not in the list of allowed values"
            )
        values[name] = value or ("false" if one.kind == "boolean" else "")
    return values

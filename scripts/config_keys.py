"""Describes every key of the repository's configuration file, from its schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.config.repository import json_schema
from bot.markdown import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_REFERENCE = "#/$defs/"
_WORDS: Mapping[str, str] = {
    "integer": "whole number",
    "number": "number",
    "string": "text",
    "boolean": "true or false",
}


def keys() -> str:
    """This function will describe every key of the repository's configuration file."""
    types = json_schema()["$defs"]
    return table(("key", "type", "default", "meaning"), _keys(types, "RepositoryConfig", ""))


def _keys(types: Mapping[str, Any], of: str, prefix: str) -> Iterable[tuple[str, str, str, str]]:
    for name, said in types[of]["properties"].items():
        inner, named = _inner(types, said)
        key = f"{prefix}{name}{named}"
        words = said.get("description") or types[inner]["description"]
        yield f"`{key}`", _type(types, said), _default(said, is_nested=bool(inner)), words
        if inner:
            yield from _keys(types, inner, f"{key}.")


def _inner(types: Mapping[str, Any], said: Mapping[str, Any]) -> tuple[str, str]:
    """The mapping that the key holds, if one, and how its own keys are reached."""
    for one in said.get("anyOf", [said]):
        for form, named in ((one, ""), (one.get("additionalProperties"), ".NAME"), (one.get("items"), "[]")):
            target = form.get("$ref", "") if isinstance(form, dict) else ""
            name = target.removeprefix(_REFERENCE)
            if target and "properties" in types[name]:
                return name, named
    return "", ""


def _default(said: Mapping[str, Any], *, is_nested: bool) -> str:
    """The default; of a mapping it is told at its own keys, and none says that the key may be missing."""
    if "default" not in said:
        return "" if is_nested else "needed"
    value = said["default"]
    return "" if value is None or (is_nested and isinstance(value, dict)) else f"`{json.dumps(value)}`"


def _type(types: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    said = types[said["$ref"].removeprefix(_REFERENCE)] if "$ref" in said else said
    if "anyOf" in said:
        found = [_type(types, one) for one in said["anyOf"] if one != {"type": "null"}]
        return " or ".join(dict.fromkeys(found))
    if "enum" in said:
        return " or ".join(f"`{value}`" for value in said["enum"])
    if said["type"] == "array":
        inner = _type(types, said["items"])
        return f"list of {inner}s"
    if said["type"] == "object":
        return "mapping"
    return _WORDS[said["type"]]

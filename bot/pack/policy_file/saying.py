"""Turns what a policy holds into plain values: all of it, or only what differs from the defaults."""

from __future__ import annotations

from enum import Enum
from typing import Any

from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

from bot.config.approving import ApprovalsConfig
from bot.config.pipeline import InfrastructureConfig, ShippingConfig

# Defaults that are written all the same: who reads the file wants to see them.
_SHOWN: dict[type, frozenset[str]] = {
    ApprovalsConfig: frozenset({"count"}),
    ShippingConfig: frozenset({"targets"}),
    InfrastructureConfig: frozenset({"region", "environments"}),
}


def all_of(value: Any) -> Any:
    """This function will return a value with everything that it leaves to its defaults."""
    return _plain(value, with_defaults=True)


def said_of(value: Any) -> Any:
    """This function will return a value without what is the default anyway, as far as nobody misses it."""
    return _plain(value, with_defaults=False)


def _plain(value: Any, *, with_defaults: bool) -> Any:
    match value:
        case Struct():
            return {
                field.encode_name: _plain(getattr(value, field.name), with_defaults=with_defaults)
                for field in fields(value)
                if with_defaults
                or field.name in _SHOWN.get(type(value), ())
                or getattr(value, field.name) != _default(field)
            }
        case dict():
            return {str(key): _plain(inner, with_defaults=with_defaults) for key, inner in value.items()}
        case tuple() | list():
            return [_plain(inner, with_defaults=with_defaults) for inner in value]
        case Enum():
            return value.value
        case _:
            return value


def _default(field: FieldInfo) -> Any:
    if field.default is not NODEFAULT:
        return field.default
    return field.default_factory() if field.default_factory is not NODEFAULT else NODEFAULT

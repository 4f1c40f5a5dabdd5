"""A policy's pipeline brought up to date: what is found now, beside what a person changed since it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from bot.config.pipeline import PipelineConfig
from bot.forms import convert

_NOTHING = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The pipeline that holds, and what a person decided otherwise than what is found."""

    pipeline: PipelineConfig
    kept: tuple[str, ...] = ()  # dotted keys that a person changed, and that would be something else now


def settle(base: PipelineConfig, current: PipelineConfig, suggested: PipelineConfig) -> Settled:
    """This function will take over what is suggested otherwise than before wherever a person left it as it was."""
    kept: list[str] = []
    base_keys, current_keys, suggested_keys = (msgspec.to_builtins(one) for one in (base, current, suggested))
    merged = _merged("", _Sides(base_keys, current_keys, suggested_keys), kept)
    try:
        return Settled(pipeline=convert(merged, PipelineConfig), kept=tuple(kept))
    except msgspec.ValidationError:  # the last project is gone, say
        return Settled(pipeline=current, kept=("pipeline",))


@dataclass(frozen=True, slots=True)
class _Sides:
    base: Any
    current: Any
    suggested: Any

    def at(self, key: str) -> _Sides:
        base = self.base if isinstance(self.base, dict) else {}
        return _Sides(
            base.get(key, _NOTHING), self.current.get(key, _NOTHING), self.suggested.get(key, _NOTHING)
        )


def _merged(place: str, sides: _Sides, kept: list[str]) -> Any:
    if sides.suggested in (sides.base, sides.current):
        return sides.current
    if sides.current == sides.base:
        return sides.suggested
    if isinstance(sides.current, dict) and isinstance(sides.suggested, dict):
        keys = dict.fromkeys((*sides.current, *sides.suggested))
        parts = ((key, _merged(f"{place}.{key}".removeprefix("."), sides.at(key), kept)) for key in keys)
        return {key: value for key, value in parts if value is not _NOTHING}
    kept.append(place)
    return sides.current

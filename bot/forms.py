"""Turns what was stored or sent into typed values, where several threads may meet a type for the first time."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec

if TYPE_CHECKING:
    from typing_extensions import TypeForm

T = TypeVar("T")

# msgspec builds what it knows of a type when it first meets it, and two threads that do so at once end the process.
_building = Lock()
_decoders: dict[object, msgspec.json.Decoder[Any]] = {}


def decode(text: bytes | str | memoryview, form: TypeForm[T]) -> T:
    """This function will read JSON as a value of the type.

    Raises:
        msgspec.DecodeError: the text is no JSON, or `msgspec.ValidationError`: it is no such value.
    """
    return cast("T", _decoder(form).decode(text))


def convert(value: object, form: TypeForm[T], *, str_keys: bool = False, strict: bool = True) -> T:
    """This function will turn plain values into a value of the type; `str_keys` lets JSON's keys be numbers.

    Raises:
        msgspec.ValidationError: they are no such value.
    """
    _decoder(form)
    known = cast("Any", form)
    return cast("T", msgspec.convert(value, known, str_keys=str_keys, strict=strict))  # noqa: TID251 - this is the place


def _decoder(form: object) -> msgspec.json.Decoder[Any]:
    known = _decoders.get(form)
    if known is None:
        with _building:
            known = _decoders[form] = msgspec.json.Decoder(cast("Any", form))
    return known

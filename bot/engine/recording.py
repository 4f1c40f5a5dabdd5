"""The stored format of requests, step results and failures, the same for every engine."""

from __future__ import annotations

import contextlib
import importlib
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

import msgspec

from bot.forms import convert

if TYPE_CHECKING:
    from typing_extensions import TypeForm

T = TypeVar("T")

# Only our own exceptions are rebuilt by name from the database.
_REBUILT_FROM = "bot."


class StepFailedError(Exception):
    """A step failed with an exception that is not this product's own; `kind` names its class."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}" if message else kind)
        self.kind = kind
        self.message = message


def stored(value: object) -> Any:
    """This function will turn a value of ids, strings and frozen dataclasses into plain JSON values.

    Raises:
        TypeError: the value cannot be stored.
    """
    return msgspec.to_builtins(value, str_keys=True)


def restored(value: object, returns: TypeForm[T]) -> T:
    """This function will rebuild a value of the given type from what `stored` gave."""
    return cast("T", convert(value, cast("Any", returns), str_keys=True))


def success(value: object) -> dict[str, Any]:
    """This function will make the record of a step that ended with a value."""
    return {"value": stored(value)}


def failure(error: Exception) -> dict[str, Any]:
    """This function will make the record of a step that ended with an exception."""
    kind = type(error)
    record = {"kind": kind.__name__, "message": str(error)}
    if not kind.__module__.startswith(_REBUILT_FROM):
        return {"failure": record}
    # Where it carries something that cannot be stored, its words remain.
    with contextlib.suppress(TypeError, ValueError):
        record |= {
            "class": f"{kind.__module__}:{kind.__qualname__}",
            "args": stored(error.args),
            "state": stored(vars(error)),
        }
    return {"failure": record}


def outcome(record: dict[str, Any], returns: TypeForm[T]) -> T:
    """This function will give back the recorded value, or raise the recorded exception."""
    if "failure" in record:
        _raise(record["failure"])
    return restored(record["value"], returns)


def _raise(record: dict[str, Any]) -> NoReturn:
    kind = _class_of(record.get("class", ""))
    if kind is None:
        raise StepFailedError(record["kind"], record["message"])
    error = kind.__new__(kind)
    error.args = tuple(record["args"])
    # JSON knows lists only; frozen values of ours hold tuples.
    state = record["state"].items()
    vars(error).update({name: tuple(value) if isinstance(value, list) else value for name, value in state})
    raise error


def _class_of(name: str) -> type[Exception] | None:
    module, _, qualified_name = name.partition(":")
    if not module.startswith(_REBUILT_FROM):
        return None
    try:
        found: Any = importlib.import_module(module)
        for part in qualified_name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError):  # renamed since it was recorded
        return None
    return found if isinstance(found, type) and issubclass(found, Exception) else None

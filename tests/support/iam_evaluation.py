"""Decides as IAM does whether a policy lets something be done, for the operators that the policies use."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Context = dict[str, list[str]]  # of a request: each key with its values


def allows(document: Mapping[str, Any], action: str, resource: str, context: Context) -> bool:
    """This function will say whether the policy allows the action on the resource: one denial outweighs all."""
    effects = {
        statement["Effect"]
        for statement in document["Statement"]
        if any(fnmatchcase(action, one) for one in listed(statement["Action"]))
        and any(fnmatchcase(resource, one) for one in listed(statement.get("Resource", "*")))
        and _holds(statement.get("Condition", {}), context)
    }
    return effects == {"Allow"}


def listed(value: str | list[str]) -> list[str]:
    """This function will return what may be written alone or as a list."""
    return [value] if isinstance(value, str) else value


def _holds(conditions: Mapping[str, Mapping[str, str | list[str]]], context: Context) -> bool:
    return all(
        _OPERATORS[operator](context.get(key), listed(wanted))
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _equals(given: Sequence[str] | None, wanted: Sequence[str]) -> bool:
    return given is not None and any(one in wanted for one in given)


def _differs(given: Sequence[str] | None, wanted: Sequence[str]) -> bool:
    """A negated operator holds where the key is missing."""
    return not any(one.lower() in {each.lower() for each in wanted} for one in given or ())


def _like(given: Sequence[str] | None, wanted: Sequence[str]) -> bool:
    return any(fnmatchcase(one, each) for one in given or () for each in wanted)


def _null(given: Sequence[str] | None, wanted: Sequence[str]) -> bool:
    return (given is None) == (wanted == ["true"])


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
_OPERATORS: Mapping[str, Callable[[Sequence[str] | None, Sequence[str]], bool]] = {
    "StringEquals": _equals,
    "StringEqualsIfExists": lambda given, wanted: given is None or _equals(given, wanted),
    "StringNotEqualsIgnoreCase": _differs,
    "ForAnyValue:StringLike": _like,
    "Null": _null,
}

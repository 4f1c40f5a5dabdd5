"""Evaluates the expressions of workflow files, as far as names of jobs and their conditions need that.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import ChainableUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TOKEN = re.compile(
    r"(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w-]*(?:\.(?:[A-Za-z_*][\w-]*|\*))*)|(?P<sign>&&|\|\||!=|!)"
)
_WORDS = {"true": "true", "false": "false", "null": "none"}
_SIGNS = {"&&": " and ", "||": " or ", "!": " not ", "!=": "!="}
_SLOT = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_STATUS = re.compile(r"\b(?:always|success|failure|cancelled)\s*\(")
_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=ChainableUndefined)


def evaluate(expression: str, context: Mapping[str, Any]) -> Any:
    """This function will evaluate an expression, given without or with its `${{ }}`."""
    whole = _SLOT.fullmatch(expression.strip())
    found = _compiled(whole[1] if whole else expression)(**_FUNCTIONS, **context)
    return None if isinstance(found, ChainableUndefined) else found


def filled(text: Any, context: Mapping[str, Any]) -> Any:
    """This function will put values into a text where it has `${{ }}`; what is one expression keeps its kind."""
    if not isinstance(text, str):
        return text
    if _SLOT.fullmatch(text.strip()):
        return evaluate(text, context)
    return _SLOT.sub(lambda match: written(evaluate(match[1], context)), text)


def names_status(condition: str) -> bool:
    """This function will say whether a condition itself looks at how the jobs before ended."""
    return _STATUS.search(condition) is not None


def written(value: Any) -> str:
    """This function will write a value as GitHub does within a text."""
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, bool | dict | list) else str(value)


@lru_cache(maxsize=512)
def _compiled(expression: str) -> Callable[..., Any]:
    return _ENVIRONMENT.compile_expression(_TOKEN.sub(_translated, expression), undefined_to_none=False)


def _translated(match: re.Match[str]) -> str:
    if match["text"] is not None:
        return json.dumps(match["text"][1:-1].replace("''", "'"))
    if match["sign"] is not None:
        return _SIGNS[match["sign"]]
    first, *parts = match["name"].split(".")
    if not parts:
        return _WORDS.get(first, first)
    if "*" in parts:  # needs.*.result
        return f"each({first}, {json.dumps(parts[-1])})"
    return first + "".join(f"[{json.dumps(part)}]" for part in parts)


def _contains(inside: Any, wanted: Any) -> bool:
    if isinstance(inside, list | tuple):
        return wanted in inside
    return written(wanted).lower() in written(inside).lower()


def _format(text: str, *values: Any) -> str:
    return text.format(*map(written, values))


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "contains": _contains,
    "startsWith": lambda text, begin: written(text).lower().startswith(written(begin).lower()),
    "endsWith": lambda text, end: written(text).lower().endswith(written(end).lower()),
    "format": _format,
    "fromJSON": lambda text: json.loads(text) if text else None,
    "toJSON": json.dumps,
    "each": lambda of, key: [one.get(key) for one in of.values()],
}

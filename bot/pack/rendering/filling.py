"""Fills templates that are valid YAML themselves: samples give way to values, comments are loops and conditions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinja2 import BaseLoader, Environment, StrictUndefined

from bot.pack.rendering.values import as_json, block, key, quoted, scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

# `timeout-minutes: 30  #= job.minutes` takes the expression's value for the sample; `build:  #= job.id` for the key.
_GIVES_WAY = re.compile(
    r"^(?P<indent> *)(?P<dash>- )?(?P<key>[A-Za-z_][\w.-]*:)?(?P<sample> ?[^#\n]*?) {2}#= (?P<expression>.+)$"
)
_HOLE = re.compile(r"\[\[ (?P<expression>.+?) \]\]")
_MARKS = ("[[", "#=", "]]")
_STATEMENT = "#%"


class TemplateError(Exception):
    """A template of the pack is not of the form that can be filled safely."""


def fill(template: str, values: Mapping[str, object]) -> str:
    """This function will fill a template of a YAML file.

    Raises:
        TemplateError: it has a value where none can be written safely.
    """
    return _environment().from_string(_prepared(template)).render(values)


def fill_text(template: str, values: Mapping[str, object]) -> str:
    """This function will fill a template whose language has comments and strings in double quotes as YAML has.

    Raises:
        TemplateError: it has a value outside of double quotes.
    """
    lines = [_text_line(number, line) for number, line in enumerate(template.split("\n"), 1)]
    return _environment().from_string("\n".join(lines)).render(values)


def _environment() -> Environment:
    made = Environment(
        loader=BaseLoader(),
        autoescape=False,  # noqa: S701 - it is no HTML: each value is written by the filter of its place
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        line_statement_prefix=_STATEMENT,
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
    )
    made.filters |= {"scalar": scalar, "quoted": quoted, "block": block, "key": key, "as_json": as_json}
    return made


def _prepared(template: str) -> str:
    return "\n".join(_line(number, line) for number, line in enumerate(template.split("\n"), 1))


def _line(number: int, line: str) -> str:
    if line.lstrip().startswith(_STATEMENT):
        return line
    if found := _GIVES_WAY.match(line):
        return _given_way(found)
    if found := _HOLE.fullmatch(line.strip()):
        indent = len(line) - len(line.lstrip())
        return f"{' ' * indent}[[ ({found['expression']}) | block({indent}) ]]"
    return _text_line(number, line)


def _given_way(found: re.Match[str]) -> str:
    indent, dash, name = found["indent"], found["dash"] or "", found["key"] or ""
    deep = len(indent) + len(dash)
    if name and not found["sample"].strip():
        return f"{indent}{dash}[[ ({found['expression']}) | key ]]:"
    gap = " " if name else ""
    return f"{indent}{dash}{name}{gap}[[ ({found['expression']}) | scalar({deep}) ]]"


def _text_line(number: int, line: str) -> str:
    """This function will let values stand between double quotes only."""
    if line.lstrip().startswith(_STATEMENT):
        return line
    parts = re.split(r'("(?:[^"\\]|\\.)*")', line)
    inside = [_HOLE.sub(r"[[ (\g<expression>) | quoted ]]", part) for part in parts[1::2]]
    if any(mark in part for part in parts[::2] for mark in _MARKS):
        raise TemplateError(
            f"line {number}: a value stands where it cannot be written safely: {line.strip()}"
        )
    parts[1::2] = inside
    return "".join(parts)

"""Writes values into YAML so that none of them can become anything but the text, number or list that it is."""

from __future__ import annotations

import json
import re

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+-]+)*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})  # of YAML 1.1: no text
_LINES = re.compile(r"[^\S\n]+$", re.MULTILINE)  # blanks at a line's end
_OPENS = "${{"
_STEP = 2
_WIDEST = 110


class Own(str):
    """Text of the templates themselves, in which GitHub fills in expressions."""

    __slots__ = ()


def scalar(value: object, indent: int = 0) -> str:
    """This function will write a value behind a key: plain, in quotes, as a block or as a flow."""
    if isinstance(value, Own) and '"' in value:
        return f">-\n{_folded(value, ' ' * (indent + _STEP))}"
    if isinstance(value, str) and "\n" in value.rstrip("\n"):
        text = _inert(value)
        if _stands_in_a_block(text):
            return _block(text, indent + _STEP)
    return _flow(value)


def quoted(value: object) -> str:
    """This function will write a value so that it can stand between double quotes."""
    return _in_quotes(_inert(str(value)))[1:-1]


def block(value: object, indent: int) -> str:
    """This function will write text into a block whose lines have that indent.

    Raises:
        ValueError: the text has signs that can stand in no block.
    """
    text = _inert(str(value)).rstrip("\n")
    if not all(sign.isprintable() or sign in "\n\t" for sign in text):
        raise ValueError("control characters can stand in no block of YAML")
    first, *others = text.split("\n")
    return "\n".join([first, *(f"{' ' * indent}{line}" if line else "" for line in others)])


def key(value: object) -> str:
    """This function will write a value as the key of a mapping."""
    return _flow(str(value))


def literal(text: str) -> str:
    """This function will write text as it stands within an expression of GitHub's."""
    return "'" + text.replace("'", "''") + "'"


def as_json(value: object) -> str:
    """This function will write a value as JSON in which GitHub fills in nothing."""
    return json.dumps(value).replace(_OPENS, "\\u0024{{")


def _flow(value: object) -> str:
    if isinstance(value, bool) or value is None or isinstance(value, int | float):
        return json.dumps(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_flow(each) for each in value)}]"
    if isinstance(value, dict):
        inner = ", ".join(f"{_flow(str(name))}: {_flow(each)}" for name, each in value.items())
        return f"{{{inner}}}"
    text = _inert(str(value) if not isinstance(value, Own) else value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return _in_quotes(text)


def _inert(text: str) -> str:
    """This function will keep GitHub from taking what others wrote for an expression."""
    return text if isinstance(text, Own) else text.replace(_OPENS, "${{ '${{' }}")


def _in_quotes(text: str) -> str:
    return "".join(_escaped(sign) for sign in json.dumps(text, ensure_ascii=False))


def _escaped(sign: str) -> str:
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"  # noqa: PLR2004 - the plane


def _folded(text: str, indent: str) -> str:
    """Broken behind commas, where folding brings the blank back."""
    lines: list[str] = []
    for part in text.split(", "):
        if lines and len(indent) + len(lines[-1]) + len(part) < _WIDEST:
            lines[-1] += f", {part}"
        else:
            lines = [*lines[:-1], f"{lines[-1]},", part] if lines else [part]
    return "\n".join(f"{indent}{line}" for line in lines)


def _stands_in_a_block(text: str) -> bool:
    if text.startswith((" ", "\t", "\n")) or _LINES.search(text):
        return False
    return all(sign.isprintable() or sign in "\n\t" for sign in text)


def _block(text: str, indent: int) -> str:
    body = text.rstrip("\n")
    chomped = {0: "|-", 1: "|"}.get(len(text) - len(body), "|+")
    ending = "\n" * max(len(text) - len(body) - 1, 0)
    lines = "\n".join(f"{' ' * indent}{line}" if line else "" for line in body.split("\n"))
    return f"{chomped}\n{lines}{ending}"

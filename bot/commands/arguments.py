"""Understands the words after a verb by the grammar of the command; never a shell's business."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from bot.commands.model import FlagValue, Mistake, Reason
from bot.markdown import code

if TYPE_CHECKING:
    from bot.commands.grammar import Flag, Grammar
    from bot.commands.model import Command

_NEAR = 2
_TYPOGRAPHIC = str.maketrans(
    {"\u201c": '"', "\u201d": '"', "\u201e": '"'}
)  # what phones make of quotation marks
_DASHES = re.compile(r"[\u2013\u2014](?=[A-Za-z])")  # … and of two hyphens


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    is_flag: bool  # begins with two hyphens outside quotes


def understand(command: Command, grammar: Grammar) -> Command:
    """This function will fill in arguments and flags from the command's line, or the first mistake in it."""
    if grammar.takes_line:
        _, *rest = command.line.replace("\u00a0", " ").split(maxsplit=1)
        return _filled(command, grammar, _positional(rest, grammar))
    words = _words(command.line)
    if isinstance(words, Mistake):
        return replace(command, mistake=_with_usage(words, grammar))
    flags, positional, mistake = _sort(words[1:], grammar)
    if mistake is not None:
        return replace(command, mistake=_with_usage(mistake, grammar))
    return _filled(replace(command, flags=flags), grammar, _positional(positional, grammar))


def _filled(
    command: Command, grammar: Grammar, understood: tuple[tuple[str, ...], Mistake | None]
) -> Command:
    arguments, mistake = understood
    if mistake is not None:
        return replace(command, flags=(), mistake=_with_usage(mistake, grammar))
    return replace(command, arguments=arguments)


def _words(line: str) -> list[_Word] | Mistake:
    """Split at blanks; quotes hold words together, a backslash in double quotes takes a quote as a letter."""
    words: list[_Word] = []
    rest = line.translate(_TYPOGRAPHIC).replace("\u00a0", " ").strip()
    while rest:
        text, rest, closed = _word(rest)
        if not closed:
            return Mistake(reason=Reason.UNCLOSED_QUOTE, text="A quotation mark is opened and not closed.")
        words.append(text)
        rest = rest.lstrip()
    return words


def _word(line: str) -> tuple[_Word, str, bool]:
    """The first word of the line, what follows it, and whether its quotes are closed."""
    line = _DASHES.sub("--", line, count=1) if line[0] in "\u2013\u2014" else line
    found: list[str] = []
    quote = ""
    position = 0
    while position < len(line) and (quote or not line[position].isspace()):
        character = line[position]
        if quote == '"' and character == "\\" and line[position + 1 : position + 2] in {'"', "\\"}:
            position += 1
            found.append(line[position])
        elif character == quote:
            quote = ""
        elif not quote and _opens(line, position):
            quote = character
        else:
            found.append(character)
        position += 1
    return _Word("".join(found), line.startswith("--")), line[position:], not quote


def _opens(line: str, position: int) -> bool:
    """Whether a quotation opens here; the apostrophe in `don't` is a letter."""
    if line[position] == "'":
        return position == 0 or line[position - 1] == "="
    return line[position] == '"'


def _sort(words: list[_Word], grammar: Grammar) -> tuple[tuple[FlagValue, ...], list[str], Mistake | None]:
    """Separate flags, with their values, from positional words."""
    known = {flag.name: flag for flag in grammar.flags}
    given: list[FlagValue] = []
    positional: list[str] = []
    queue = list(words)
    while queue:
        word = queue.pop(0)
        if not word.is_flag:
            positional.append(word.text)
            continue
        name, equals, value = word.text[2:].partition("=")
        flag = known.get(name.lower())
        if flag is None:
            return (), [], _unknown_flag(name, known)
        if flag.value and not equals and queue and not queue[0].is_flag:
            value = queue.pop(0).text
        mistake = _flag_mistake(flag, value, equals=bool(equals), given=given)
        if mistake is not None:
            return (), [], mistake
        given.append(FlagValue(name=flag.name, value=value))
    return tuple(given), positional, None


def _flag_mistake(flag: Flag, value: str, *, equals: bool, given: list[FlagValue]) -> Mistake | None:
    name = code(f"--{flag.name}")
    if not flag.repeatable and any(other.name == flag.name for other in given):
        return Mistake(reason=Reason.DUPLICATE_FLAG, text=f"The flag {name} is given twice.")
    if flag.value and not value:
        return Mistake(
            reason=Reason.BAD_FLAG_VALUE, text=f"The flag {name} needs a value: {code(flag.value)}."
        )
    if equals and not flag.value:
        return Mistake(reason=Reason.BAD_FLAG_VALUE, text=f"The flag {name} takes no value.")
    return None


def _unknown_flag(name: str, known: dict[str, Flag]) -> Mistake:
    near = sorted((OSA.distance(name.lower(), other), other) for other in known)
    hint = f" Did you mean {code('--' + near[0][1])}?" if near and near[0][0] <= _NEAR else ""
    return Mistake(reason=Reason.UNKNOWN_FLAG, text=f"There is no flag {code('--' + name)} here.{hint}")


def _positional(words: list[str], grammar: Grammar) -> tuple[tuple[str, ...], Mistake | None]:
    wanted = grammar.arguments
    if wanted and wanted[-1].rest and len(words) > len(wanted):
        last = len(wanted) - 1
        words = [*words[:last], " ".join(words[last:])]
    if len(words) > len(wanted):
        extra = code(words[len(wanted)])
        return (), Mistake(reason=Reason.TOO_MANY_ARGUMENTS, text=f"There is no place for {extra}.")
    missing = [argument for argument in wanted[len(words) :] if argument.required]
    empty = [argument for argument, word in zip(wanted, words, strict=False) if not word.strip()]
    for argument in (*empty, *missing):
        text = f"{code(argument.name)} is missing: {argument.summary}."
        return (), Mistake(reason=Reason.MISSING_ARGUMENT, text=text)
    return tuple(words), None


def _with_usage(mistake: Mistake, grammar: Grammar) -> Mistake:
    return replace(mistake, text=f"{mistake.text} Usage: {code(grammar.usage)}")

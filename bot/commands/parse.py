"""Finds the slash commands in a comment as GitHub would render it, and understands them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from rapidfuzz.distance import OSA

from bot.commands.arguments import understand
from bot.commands.model import MOST_COMMANDS, Command, Mistake, Reason
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from bot.commands.grammar import Grammar

LONGEST_LINE = 1000
_MOST_CANDIDATES = 50
_NEAR = 2  # edits at which an unknown verb is still a typing mistake and not another bot's command
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
_BLANK = {
    "\u034f",
    "\u115f",
    "\u1160",
    "\u2800",
    "\u3164",
    "\uffa0",
}  # of other categories, and yet not to be seen
_CANDIDATE = re.compile(r" {0,3}/([A-Za-z][A-Za-z0-9-]{0,30})(?=[ \t\u00a0]|$)")
_SENTINEL = ("\ue000", "\ue001")  # of the private-use area: no Markdown construct begins or ends with them
_SENTINEL_TEXT = re.compile(f"{_SENTINEL[0]}([0-9]+){_SENTINEL[1]}")
_OTHERS = re.compile("[\ue000\ue001\x00]")
_TRANSPARENT = {"paragraph", "heading", "bullet_list", "ordered_list", "list_item"}
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def parse(text: str, grammars: Sequence[Grammar]) -> tuple[Command, ...]:
    """This function will return the commands of a comment in order, those with mistakes included."""
    known = {grammar.verb: grammar for grammar in grammars}
    found: list[Command] = []
    for verb, line in command_lines(text):
        command = _command(verb, line, known, index=len(found))
        if command is None:
            continue
        if len(found) == MOST_COMMANDS:
            return (*found, _too_many(command))
        found.append(command)
    return tuple(found)


def parse_line(line: str, grammars: Sequence[Grammar]) -> Command:
    """This function will understand one command that stands alone, with or without its slash."""
    line = line if line.startswith("/") else f"/{line}"
    verb = line[1:].split(maxsplit=1)[0].lower() if line[1:].strip() else ""
    known = {grammar.verb: grammar for grammar in grammars}
    command = _command(verb, line, known, index=0)
    if command is not None:
        return command
    text = f"There is no command {code('/' + verb)}. {code('/help')} lists what there is."
    return Command(index=0, line=line, verb=verb, mistake=Mistake(reason=Reason.UNKNOWN_VERB, text=text))


def command_lines(text: str) -> Iterator[tuple[str, str]]:
    """This function will yield (verb, line) of each line that begins with a verb where the comment is rendered."""
    lines = _OTHERS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    candidates = {number: match for number, line in enumerate(lines) if (match := _CANDIDATE.match(line))}
    if not candidates:
        return
    candidates = dict(list(candidates.items())[:_MOST_CANDIDATES])
    marked = [
        _SENTINEL[0] + str(number) + _SENTINEL[1] + line[candidates[number].end() :]
        if number in candidates
        else line
        for number, line in enumerate(lines)
    ]
    for number in _seen(_MARKDOWN.parse("\n".join(marked))):
        yield candidates[number][1].lower(), lines[number].strip(" \t\u00a0")


def _seen(tokens: Sequence[Token]) -> Iterator[int]:
    """The numbers of the marked lines that begin a line of ordinary text."""
    for children, around in inline_parts(tokens):
        if _TRANSPARENT.issuperset(around):
            yield from _line_starts(children)


def inline_parts(tokens: Sequence[Token]) -> Iterator[tuple[Sequence[Token], frozenset[str]]]:
    """This function will yield the parts of each line of text, with the kinds of the blocks around it."""
    around: list[str] = []
    for token in tokens:
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if token.nesting == 1:
            around.append(kind)
        elif token.nesting == -1:
            around.pop()
        elif token.type == "inline":
            yield token.children or (), frozenset(around)


def _line_starts(children: Sequence[Token]) -> Iterator[int]:
    begins = True
    hidden = 0
    for child in children:
        if child.type in {"link_open", "link_close", "s_open", "s_close"}:
            hidden += child.nesting
        elif child.type in {"softbreak", "hardbreak"}:
            begins = True
            continue
        match = _SENTINEL_TEXT.match(child.content) if child.type == "text" else None
        if match and begins and not hidden:
            yield int(match[1])
        begins = begins and child.nesting != 0


def _command(verb: str, line: str, known: dict[str, Grammar], *, index: int) -> Command | None:
    command = Command(index=index, line=line[:LONGEST_LINE], verb=verb)
    if verb not in known:
        near = _nearest(verb, known)
        return replace(command, mistake=_did_you_mean(verb, known[near])) if near else None
    if len(line) > LONGEST_LINE:
        text = f"The line is longer than {LONGEST_LINE} characters."
        return replace(command, mistake=Mistake(reason=Reason.TOO_MANY_ARGUMENTS, text=text))
    hidden = _hidden_character(line)
    if hidden:
        text = f"The line contains a character that cannot be seen ({hidden}); type it again by hand."
        return replace(command, mistake=Mistake(reason=Reason.HIDDEN_CHARACTER, text=text))
    return understand(command, known[verb])


def _nearest(verb: str, known: dict[str, Grammar]) -> str | None:
    distances = sorted((OSA.distance(verb, other, score_cutoff=_NEAR), other) for other in known)
    return distances[0][1] if distances and distances[0][0] <= _NEAR else None


def _did_you_mean(verb: str, grammar: Grammar) -> Mistake:
    text = f"There is no command {code('/' + verb)}. Did you mean {code(grammar.usage)}?"
    return Mistake(reason=Reason.UNKNOWN_VERB, text=text)


def _hidden_character(line: str) -> str:
    for character in line:
        if character != "\t" and (character in _BLANK or unicodedata.category(character) in _HIDDEN):
            name = unicodedata.name(character, "")
            return f"U+{ord(character):04X} {name}".rstrip()
    return ""


def _too_many(command: Command) -> Command:
    text = f"A comment may hold {MOST_COMMANDS} commands; this one and what follows it are not carried out."
    return replace(command, mistake=Mistake(reason=Reason.TOO_MANY_COMMANDS, text=text))

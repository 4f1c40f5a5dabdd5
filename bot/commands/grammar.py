"""How a slash command is written: its arguments, flags and usage line, and who may write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.github.models import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One positional argument; `rest` takes all that follows, joined by spaces, so that it needs no quotes."""

    name: str
    summary: str
    required: bool = True
    rest: bool = False
    choices: tuple[str, ...] = ()  # words that mean something of their own, shown in the usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One flag; with `value` (its name in the usage) it takes a value, as `--flag value` or `--flag=value`."""

    name: str
    summary: str
    value: str = ""
    repeatable: bool = False

    @property
    def usage(self) -> str:
        """How it is shown in the usage line."""
        written = f"[--{self.name} {self.value}]" if self.value else f"[--{self.name}]"
        return f"{written}…" if self.repeatable else written


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """What may be written after a verb, who may write it, and what help says about it."""

    verb: str
    summary: str
    examples: tuple[str, ...]
    permission: Permission
    arguments: tuple[Argument, ...] = ()
    flags: tuple[Flag, ...] = ()
    pull_request_only: bool = False
    needs_head: bool = False  # the head SHA is read on acceptance and stored with the command
    takes_line: bool = (
        False  # its one argument is the rest of the line as it was typed, quotes and flags included
    )

    @property
    def usage(self) -> str:
        """The one line that shows how it is written."""
        words = [f"/{self.verb}"]
        for argument in self.arguments:
            name = "|".join((*argument.choices, argument.name))
            words.append(name if argument.required else f"[{name}]")
        return " ".join((*words, *(flag.usage for flag in self.flags)))

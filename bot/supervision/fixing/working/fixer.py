"""What a fixer is: the command that shows a tool's failure, and the commands that mend it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

AGENT = "agent"  # the name of the fixer that is asked where no tool helps

SHELL = ("sh", "-c")  # begins a command that the configuration gives as text

Command = tuple[str, ...]  # a program with its arguments, run in the work tree without a shell


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixer:
    """A plugin that knows what to run for one tool."""

    tool: str  # as diagnosis names it in a failure
    check: Command  # fails as long as the tool has something to complain of
    fix: tuple[Command, ...] = ()  # run one after the other; none where only an agent can mend it
    summary: str = ""  # what those do, in a few words that complete "it …"
    prepare: str = ""  # the program that brings what it needs into the work tree, where it needs anything


def shown(command: Command) -> str:
    """This function will write a command as a person would type it."""
    return command[-1] if command[: len(SHELL)] == SHELL else shlex.join(command)

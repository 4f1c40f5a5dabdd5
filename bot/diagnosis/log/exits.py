"""Finds where the failing exit of a log is announced and where what failed began."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.log.steps import COMPLETE, POST, header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.log.logs import Line

_TRAVIS_COMMAND = re.compile(r"^The command \"([^\n]*)\" (?:failed and )?exited with")
# Said by the runner itself, in the last line of a step; a program may print the same words anywhere.
_RUNNER_EXIT = re.compile(
    r"^Process completed with exit code [1-9]"
    r"|^(?:Bash|PowerShell|Cmd\.exe) exited with code '[1-9]"  # Azure Pipelines
)
_EXITS = (
    re.compile(r"^.*\" (?:failed and )?exited with [1-9]\d*(?: during .*)?\.$"),
    re.compile(r"^The command \".*\" failed 3 times\."),
    re.compile(r"^The job exceeded the maximum time limit|^No output has been received in the last"),
    re.compile(r"^Build step '[^']*' marked build as failure"),
)
_WORDS = ("exit", "fail", "exceeded the maximum", "No output")  # one of them stands in each of these
_LAST_EXIT = re.compile(
    r"^Done\. Your build exited with [1-9]"
    r"|^Finished: FAILURE"  # Jenkins
    r"|^ERROR: Job failed"  # GitLab
    r"|^Exited with code (?:exit status )?[1-9]"  # CircleCI
)
_SUCCESS = re.compile(r"\" exited with 0\.$|BUILD SUCCESS(?:FUL)?\b|\*\* (?:BUILD|TEST) SUCCEEDED \*\*")
_WIDEST = 2_000  # characters of a line that can announce an exit
# What the runner says between two steps; a step's own output cannot stand right below its exit.
_BETWEEN = (POST, COMPLETE, "Print service container logs:", "Stop and remove container:", "Evaluate and set")


def command_of(line: Line) -> str:
    """This function will return the command whose failing exit a line of Travis CI announces, or nothing."""
    found = _TRAVIS_COMMAND.match(line.text)
    return found[1] if found else ""


def failing_exit(lines: Sequence[Line], *, number: int, name: str) -> int:
    """This function will return the index of the line that announces the failing exit, or the number of lines.

    Where the failed step is known by number or name, its exit is the failing one, whatever failed before and was
    forgiven. Otherwise it is the first, or else the service's last word.
    """
    exits = [index for index, line in enumerate(lines) if _is_exit(line)]
    if number and (inside := [index for index, line in enumerate(lines) if line.step_number == number]):
        return _exit_of_step(lines, inside, exits)
    for index in exits:
        if name and lines[index].step == name:
            return index
    ending = [index for index in exits if _ends_step(lines, index)]
    last = (index for index, line in enumerate(lines) if _LAST_EXIT.match(line.text))
    return next(iter(ending or exits), next(last, len(lines)))


def first_failing(lines: Sequence[Line], exit_index: int) -> int:
    """This function will return the first line of what failed: of its step, or what came after the last success."""
    last = lines[exit_index] if exit_index < len(lines) else None
    for index in range(exit_index - 1, -1, -1):
        line = lines[index]
        another = (
            last is not None and last.step and (line.step, line.step_number) != (last.step, last.step_number)
        )
        if _SUCCESS.search(line.text[:_WIDEST]) or another:
            return index + 1
    return 0


def _is_exit(line: Line) -> bool:
    if not any(word in line.text for word in _WORDS):
        return False
    if _RUNNER_EXIT.match(line.text):
        return True
    return any(one.match(line.text[:_WIDEST]) for one in _EXITS)


def _exit_of_step(lines: Sequence[Line], inside: list[int], exits: list[int]) -> int:
    """The last exit that the step announces, or else its last error, or else its last line."""
    ours = frozenset(inside)
    announced = [index for index in exits if index in ours]
    errors = [index for index in inside if lines[index].command == "error"]
    return (announced or errors or inside)[-1]


def _ends_step(lines: Sequence[Line], index: int) -> bool:
    """Whether nothing of the same step stands right below the words that the runner says last."""
    if index + 1 >= len(lines) or not _RUNNER_EXIT.match(lines[index].text):
        return True
    below = lines[index + 1]
    return (
        below.order != lines[index].order + 1
        or bool(header(below.text, below.command))
        or below.command in {"group", "section", "error"}
        or below.text.startswith(_BETWEEN)
    )

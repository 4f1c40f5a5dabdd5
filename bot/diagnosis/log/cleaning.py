"""Takes from a line of a log what no person reads: timestamps, colours, prefixes of services and workflow commands."""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST = 1_000  # characters of a line that are read
_PREFIXES = 300  # characters that may stand before its text

_ANSI = re.compile(
    r"\x1b\[[0-9;:?]*[ -/]*[@-~]"  # CSI: colours, moves of the cursor
    r"|\x1b[()*+][A-Za-z0-9]"  # character sets
    r"|\x1b[\]_PX^][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # titles and links; Buildkite's and tmux's own messages
    r"|\x1b[@-_]|\x1b"
    r"|\^\[\[[0-9;?]*[A-Za-z]"  # written out, as by `cat -v`
)
_STAMP = re.compile(
    r"\ufeff?(\[)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)"
    r"(?(1)\]|)(?: \d\d[EO][+ ]| ?)"  # GitLab says the stream between the time and the text
)
_CLI = re.compile(r"([^\t]{0,200})\t([^\t]{0,200})\t(?=\ufeff?\d{4}-\d\d-\d\dT)")
_COMMAND = re.compile(r"##\[(error|warning|notice|debug|command|group|endgroup|section)\]")
_INNER = re.compile(r"##\[(start-action|end-action) ([^\n]*)\]$")  # around each step of a composite action
# As a program writes it. The runner turns it into the form above, but not where nobody listens.
_RAW_COMMAND = re.compile(r"::(error|warning|notice|debug|group|endgroup|add-mask)(?: ([^\n]*?))?::(.*)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MASKED = "***"


class Cleaned(NamedTuple):
    """What a person reads of a line, and what its prefixes say."""

    text: str
    command: str = ""  # of a workflow command at the beginning: error, warning, group, …
    at: str = ""  # to the second, UTC as hosted runners write it: 2026-03-02T09:14:05
    step: str = ""  # that GitHub's command line tool writes before the line


def without_colours(text: str) -> str:
    """This function will take every terminal control sequence out of a text of any number of lines."""
    return _ANSI.sub("", text) if "\x1b" in text or "^[[" in text else text


def clean(raw: str, *, listens: bool = True) -> Cleaned:
    """This function will take a line, free of colours already, apart into its text and what stands before it.

    Workflow commands as programs write them count only while the runner listens to them.
    """
    raw = raw[: LONGEST + _PREFIXES]
    step = at = command = ""
    if "\t" in raw and (found := _CLI.match(raw)) is not None:
        step, raw = found[2], raw[found.end() :]
    if (stamp := _STAMP.match(raw)) is not None:
        at, raw = stamp[2], raw[stamp.end() :]
    text = _CONTROL.sub("", raw.removeprefix("\ufeff"))[:LONGEST].rstrip()
    if text.startswith("##[") and (found := _COMMAND.match(text)) is not None:
        command, text = found[1], text[found.end() :]
    elif text.startswith("##[") and (found := _INNER.match(text)) is not None:
        command, text = found[1], found[2]
    elif listens and text.startswith("::") and (found := _RAW_COMMAND.match(text)) is not None:
        command, text = found[1], _said(found)
    return Cleaned(text, command, at, step)


def _said(found: re.Match[str]) -> str:
    """What is read of a raw workflow command: its title, a mask without its value, or all of it with its place."""
    if found[1] == "add-mask":
        return f"::add-mask::{_MASKED}"
    return found[3] if found[1] in {"group", "endgroup"} else found[0]

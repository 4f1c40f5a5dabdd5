"""Reads the errors of BuildKit, of the classic docker build and of compose."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_LINE = re.compile(r"^#(?P<step>\d+) (?:(?P<at>\d+\.\d+) ?(?P<text>.*)|(?P<head>\[.*)|ERROR: (?P<error>.+))$")
_CANCELLED = re.compile(r"^(?:context )?cancell?ed\b")
_FILE = re.compile(r"^(?P<path>\S*(?:Dockerfile|Containerfile|\.dockerfile)\S*):(?P<line>\d+)$")
_SNIPPET = re.compile(r"^-{4,}$|^\s*\d+ \|")
_SOLVE = re.compile(r"(?:^|ERROR: |failed with: )(?:failed to build: )?failed to solve: (?P<message>.+)")
_STEP = re.compile(r"^Step \d+/\d+ : (?P<instruction>.+)")
_CODE = re.compile(r"(?:^|failed to build: )The command '(?P<command>.*)' returned a non-zero code: \d+")
_FAILED = re.compile(
    r"^(?P<message>(?:COPY|ADD) failed: .+|(?:Error response from daemon: )?dockerfile parse error.+)"
)
_QUIET = re.compile(r"^ ---> |^Removing intermediate container|^\s*$|^Sending build context")
_PROCESS = re.compile(r"^process \".*\" did not complete successfully")
_WORDS = re.compile(r"(?i)\b(?:error|fatal|failed|not found|no such|cannot|denied|unable)\b")
_WRAPPER = re.compile(r"^(?:g?make(?:\[\d+\])?: \*\*\*|npm ERR! A complete log)")

_CAUSES = (
    (Cause.INFRASTRUCTURE, re.compile(
        r"(?i)toomanyrequests|rate limit|i/o timeout|TLS handshake|no such host|connection (?:refused|reset|timed out)|"
        r"HTTP/\S+ 5\d\d|50[234] (?:Bad Gateway|Service Unavailable|Gateway Time)|no space left|unexpected EOF|"
        r"failed to authorize|failed to fetch (?:oauth|anonymous) token|pull access denied|manifest unknown|"
        r"failed to resolve source metadata|temporary failure|could not resolve host|failed to push")),
    (Cause.COMPILE, re.compile(r"dockerfile parse error|unknown instruction|Dockerfile .*syntax")),
    (Cause.CONFIGURATION, re.compile(
        r"failed to compute cache key|failed to calculate checksum|failed to read dockerfile|target stage .* could not be found|"
        r"(?:COPY|ADD) failed")),
)  # fmt: skip
_OUTPUT = 10  # last lines that a step printed
_LONGEST = 40

_COMPOSE = (
    Form(
        head=re.compile(
            r"^\s*(?P<message>dependency failed to start: .+|(?:Error response from daemon: )?driver failed programming external.+|"
            r"service \"[^\"]+\" didn't complete successfully: .+|no such service: .+|"
            r"(?:yaml|validating) \S*compose\S*\.ya?ml: .+)"
        ),
        cause=Cause.CONFIGURATION,
        rank=Rank.LIKELY,
        places=0,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find the step of the build that failed, with its last output and its instruction."""
    found = [*_buildkit(log), *_classic(log)]
    yield from found
    if not found:
        yield from _solve(log)
    yield from read_forms(log, _COMPOSE)


def _buildkit(log: Log) -> Iterator[Finding]:
    heads: dict[str, int] = {}
    endings = _endings(log)
    said: defaultdict[str, deque[int]] = defaultdict(lambda: deque(maxlen=_OUTPUT))
    for index, line in enumerate(log.lines):
        found = _LINE.match(line.text) if line.text.startswith("#") else None
        if found is None:
            continue
        step = found["step"]
        if found["head"]:
            heads[step] = index
        elif found["error"] and not _CANCELLED.match(found["error"]):
            places = [*([heads[step]] if step in heads else []), *said[step], index]
            yield _finding(log, places, found["error"], endings)
        elif (found["text"] or "").strip():
            said[step].append(index)


def _endings(log: Log) -> list[int]:
    """Where the end of the log draws the instruction, and its last word: a build says them once."""
    drawn: list[int] = []
    for place, line in enumerate(log.lines):
        if not drawn and _FILE.match(line.text):
            drawn = [place, *(one for one in log.downward(place, _LONGEST) if ">>> " in log.lines[one].text)]
        elif "failed to solve" in line.text and _SOLVE.search(line.text):
            return [*drawn, place]
    return drawn


def _finding(log: Log, places: list[int], error: str, ending: list[int]) -> Finding:
    said = [
        found["text"].strip()
        for place in places
        if (found := _LINE.match(log.lines[place].text)) and found["at"]
    ]
    where = next((found for place in ending if (found := _FILE.match(log.lines[place].text))), None)
    text = "\n".join((*said, error))
    return Finding(
        cause=_cause(text),
        message=_telling(said) if said and _PROCESS.match(error) else error,
        places=tuple(dict.fromkeys((*places, *ending))),
        locations=(location(where["path"], where["line"]),) if where else (),
    )


def _telling(said: list[str]) -> str:
    """The first line that speaks of an error, else the last one."""
    return next((text for text in said if _WORDS.search(text) and not _WRAPPER.match(text)), said[-1])


def _cause(text: str) -> Cause:
    return next((cause for cause, pattern in _CAUSES if pattern.search(text)), Cause.UNKNOWN)


def _classic(log: Log) -> Iterator[Finding]:
    step: int | None = None
    said: deque[int] = deque(maxlen=_OUTPUT)
    for index, line in enumerate(log.lines):
        if line.text.startswith("Step ") and _STEP.match(line.text):
            step, said = index, deque(maxlen=_OUTPUT)
        elif (failed := _failed(line.text)) is not None:
            words = [log.lines[place].text.strip() for place in said]
            message = failed.groupdict().get("message") or (_telling(words) if words else line.text)
            yield Finding(
                cause=_cause("\n".join((*words, line.text))),
                message=message,
                places=(*(() if step is None else (step,)), *said, index),
            )
            step, said = None, deque(maxlen=_OUTPUT)
        elif step is not None and not _QUIET.match(line.text):
            said.append(index)


def _failed(text: str) -> re.Match[str] | None:
    told = "returned a non-zero code" in text or "failed: " in text or "parse error" in text
    return _FAILED.match(text) or _CODE.search(text) if told else None


def _solve(log: Log) -> Iterator[Finding]:
    """The last word alone, where the steps are not shown."""
    endings = _endings(log)
    solve = _SOLVE.search(log.lines[endings[-1]].text) if endings else None
    if solve is not None:
        yield _finding(log, [], solve["message"], endings)


PARSER = LogParser(
    name="docker",
    signs=(
        "failed to solve",
        "returned a non-zero code",
        "COPY failed: ",
        "ADD failed: ",
        "dockerfile parse error",
        "dependency failed to start",
        "didn't complete successfully",
        "no such service: ",
        "driver failed programming",
        "compose.y",
    ),
    read=read,
    landmarks=("failed to solve",),
)

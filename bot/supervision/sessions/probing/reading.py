"""Reads what the probe said of the sessions of a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.markdown import code, escape
from bot.supervision.hosts.model import Result, Unknown
from bot.supervision.sessions.model import Process
from bot.supervision.sessions.probing.model import Found, Seen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PANE = 13  # parts at least: the word, the pane, its process, … the session's name
_MOST_TOLD = 300  # characters of a host's own words that are repeated
_UNTOLD = "its host did not say how it stands"
_GONE = {"boot": "its host was started anew since", "process": "its session and its process are gone"}


def read_probe(answer: Result | Unknown, names: Sequence[str]) -> tuple[dict[str, Seen], tuple[str, ...]]:
    """This function will read how each session stands, and which ones have to be asked as another owner.

    Args:
        answer: what `probe.sh` said.
        names: of the agents, in the order in which they were asked after.
    """
    if isinstance(answer, Unknown) or answer.code != 0:
        why = _why(answer)
        return {name: unclear(name, why) for name in names}, ()
    lines = answer.out.splitlines()
    boot = lines[0].removeprefix("boot ").strip() if lines and lines[0].startswith("boot ") else ""
    told = _by_number(lines[1:]) if boot else {}
    seen = {
        name: _seen(name, told[number], boot) if number in told else unclear(name, _UNTOLD)
        for number, name in enumerate(names)
    }
    others = tuple(name for number, name in enumerate(names) if told.get(number) == ["other"])
    return seen, others


def unclear(name: str, why: str) -> Seen:
    """This function will say that nothing is known of the session, and why."""
    return Seen(name=name, found=Found.UNCLEAR, why=why)


def _by_number(lines: Sequence[str]) -> Mapping[int, list[str]]:
    """The whole lines; one that was cut at the limit of what a host tells has too few parts, and is none."""
    told = {}
    for line in lines:
        number, *parts = line.split(" ")
        if number.isascii() and number.isdecimal() and parts:
            told[int(number)] = parts
    return told


def _seen(name: str, parts: list[str], boot: str) -> Seen:
    word, *rest = parts
    match word:
        case "pane" if len(parts) >= _PANE:
            return _pane(name, rest, boot)
        case "gone":
            return Seen(name=name, found=Found.GONE, why=_GONE.get("".join(rest), _GONE["process"]))
        case "absent":
            return Seen(name=name, found=Found.ABSENT, why="there is no such session")
        case _:
            return unclear(name, _unclear(word, " ".join(rest)))


def _unclear(word: str, told: str) -> str:
    said = {
        "no-tmux": "its host has no tmux",
        "no-folder": "its work tree is not there",
        "other": "its work tree belongs to somebody else",
        "taken": f"its session is that of another agent ({code(told)})",
        "adrift": f"its process {code(told)} runs, and its session is not to be found",
        "unclear": f"its host could not tell: {_quoted(told)}",
    }
    return said.get(word, _UNTOLD)


def _pane(name: str, parts: list[str], boot: str) -> Seen:
    pane, pid, start, dead, status, signal, key, running, stopped, copies, sign, *named = parts
    numbers = {"pid": pid, "running": running[1:], "stopped": stopped[1:], "copies": copies[1:]}
    if dead not in {"0", "1"} or not all(each.isascii() and each.isdecimal() for each in numbers.values()):
        return unclear(name, _UNTOLD)
    is_dead = dead == "1"
    if not is_dead and len(start) == 1:
        return unclear(name, "its process is about to end")
    if is_dead and start[1:] and not status[1:] and not signal[1:]:
        return unclear(name, "its process runs, and has left its terminal")
    return Seen(
        name=name,
        found=Found.ENDED if is_dead else Found.RUNS,
        process=Process(pane=pane, pid=int(pid), started="" if is_dead else f"{boot}.{start[1:]}"),
        status=_number(status),
        signal=_number(signal),
        key=key[1:],
        running=int(running[1:]),
        stopped=int(stopped[1:]),
        copies=int(copies[1:]),
        sign=sign,
        session=" ".join(named).strip(),
    )


def _number(part: str) -> int | None:
    return int(part[1:]) if part[1:].isascii() and part[1:].isdecimal() else None


def _why(answer: Result | Unknown) -> str:
    if isinstance(answer, Unknown):
        return f"its host did not say: {_quoted(answer.why)}"
    return f"its host did not say: exit {answer.code}: {_quoted(answer.err or answer.out)}"


def _quoted(text: str) -> str:
    return escape(" ".join(text.split())[:_MOST_TOLD])

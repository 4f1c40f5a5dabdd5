"""Words why a bench could not be made, set back or read."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.markdown import code, escape, fence
from bot.redaction import redact
from bot.supervision.fixing.working.ending import End
from bot.supervision.hosts.model import Unknown

if TYPE_CHECKING:
    from bot.supervision.fixing.working.ending import Ended
    from bot.supervision.hosts.model import Result

_FETCHED = frozenset({"ready", "unwritable", "unreachable", "no-commit", "unreadable"})
MOST_LINKS = 13_500  # bytes of the names of links
_MOST_TOLD = 300  # characters of a host's own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a try cannot go on."""

    reason: str  # of `Reason`
    text: str  # safe Markdown, whole sentences


def unknown(why: str) -> Problem:
    """This function will say that the host does not say."""
    return Problem(reason=Reason.HOST_UNREACHABLE, text=f"The host did not say how it went: {_told(why)}.")


def not_made(answer: Result | Unknown, folder: str) -> Problem | None:
    """This function will say why the place of a try could not be made, by what `bench-make` told."""
    word, rest = _read(answer)
    if isinstance(answer, Unknown):
        return unknown(answer.why)
    where = code(folder)
    known = {
        "missing": f"The host has no folder {where}; whoever runs the host has to make it, as the fixers' user.",
        "no-git": "The host has no git.",
        "unwritable": f"The owner of {where} cannot write into it.",
        "full": f"The disk of {where} has {_told(rest)} KiB free, and a try begins with 2 GiB at least.",
    }
    return None if word == "made" else _broken(known.get(word), answer)


def not_fetched(ended: Ended, remote: str) -> Problem | None:
    """This function will say why the work tree could not be made, by how `bench-fetch` ended."""
    if ended.end is End.LOST or (ended.end is End.NOT_BEGUN):
        return unknown(ended.problem)
    if ended.end is not End.ENDED:
        return Problem(reason=Reason.FIX_BROKEN, text=f"Cloning {code(remote)} did not end in time.")
    lines = ended.tail.splitlines()
    place = next((number for number, line in enumerate(lines) if line in _FETCHED), None)
    word, told = ("", ended.tail) if place is None else (lines[place], "\n".join(lines[place + 1 :]))
    said = f" It said:\n\n{fence(told)}" if told.strip() else ""
    known = {
        "unwritable": "The clone cannot be written to.",
        "unreachable": f"The host could not fetch from {code(remote)}: its user needs the right to read there.{said}",
        "no-commit": f"{code(remote)} does not have the commit any more.{said}",
        "unreadable": f"The commit could not be checked out.{said}",
    }
    if word == "ready":
        return None
    text = known.get(word, f"The work tree could not be made (exit {ended.code}).{said}")
    return Problem(reason=Reason.FIX_BROKEN, text=text)


def not_reset(answer: Result | Unknown) -> Problem | None:
    """This function will say why the work tree could not be set back."""
    if isinstance(answer, Unknown):
        return unknown(answer.why)
    return None if _read(answer)[0] == "reset" else _broken("The work tree could not be set back.", answer)


def not_kept(answer: Result | Unknown) -> Problem | None:
    """This function will say why what the work tree holds could not be kept."""
    if isinstance(answer, Unknown):
        return unknown(answer.why)
    word, rest = _read(answer)
    if word == "large":
        files, _, size = rest.partition(" ")
        text = f"It changed {_told(files)} files of {_told(size)} KiB together: more than anyone would look through."
        return Problem(reason=Reason.FIX_TOO_LARGE, text=text)
    return None if word == "kept" else _broken("The work tree could not be read.", answer)


def read_links(answer: Result | Unknown) -> tuple[str, ...] | Problem:
    """This function will read the names of symbolic links, all of them or none."""
    if isinstance(answer, Unknown):
        return unknown(answer.why)
    if answer.code != 0:
        return _broken("The links of the work tree could not be read.", answer)
    told = base64.b64decode(answer.out)
    if len(told) >= MOST_LINKS:
        text = (
            "The repository has so many symbolic links that an agent could not be kept from following them."
        )
        return Problem(reason=Reason.FIX_BROKEN, text=text)
    return tuple(name.decode(errors="replace") for name in told.split(b"\0") if name)


def _read(answer: Result | Unknown) -> tuple[str, str]:
    lines = answer.out.splitlines() if not isinstance(answer, Unknown) and answer.code == 0 else []
    return (lines[0], " ".join(lines[1:])) if lines else ("", "")


def _broken(text: str | None, answer: Result) -> Problem:
    told = _told(answer.err or answer.out)
    said = f" It said: {told}" if told else ""
    return Problem(reason=Reason.FIX_BROKEN, text=f"{text or 'The work tree could not be made.'}{said}")


def _told(text: str) -> str:
    return escape(" ".join(redact(text).split())[:_MOST_TOLD])

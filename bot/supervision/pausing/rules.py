"""Reads what the programs on a host said of an agent's work and processes, and words it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import assert_never

from bot.budget.model import AgentResult, AgentState
from bot.markdown import code, escape
from bot.supervision.hosts.model import Result, Unknown

MOST_TOLD = 300  # characters of a host's own words that are repeated
_SHA = re.compile(r"\b[0-9a-f]{40}\b")
_OUTGOING = 7  # the word and what belongs to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Commits of a work tree that its remote lacks."""

    branch: str
    head: str
    remote: str
    address: str  # of the remote
    known: str  # the commit that the branch has there; empty where it is new
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Nothing is pushed, and why."""

    text: str  # safe Markdown, a sentence; empty where there is nothing to push


_WHY_KEPT = {
    "nothing": "",
    "missing": "Its work tree is none of git's.",
    "detached": "Its work tree is on no branch, so nothing was pushed.",
    "default": "Its work tree is on the default branch, to which nothing is pushed.",
    "remoteless": "Its branch has no remote, so nothing was pushed.",
    "unreachable": "Its remote could not be reached, so nothing was pushed.",
    "diverged": "Its branch and the remote's have parted, so nothing was pushed.",
}


def read_outgoing(answer: Result | Unknown, *, full_name: str) -> Outgoing | Kept:
    """This function will read which commits are to be pushed, or why none are.

    Args:
        answer: what `outgoing.sh` said.
        full_name: owner/name of the repository that the agent works on; no other is pushed to.
    """
    if isinstance(answer, Unknown) or answer.code != 0:
        return Kept(text=f"Its work tree could not be read, so nothing was pushed ({_why(answer)}).")
    word, *rest = answer.out.splitlines() or [""]
    if word == "outgoing" and len(rest) == _OUTGOING - 1:
        branch, head, remote, address, known, count = rest
        if not _is_of(address, full_name):
            return Kept(text=f"Its remote is not {code(full_name)}, so nothing was pushed.")
        return Outgoing(
            branch=branch, head=head, remote=remote, address=address, known=known, count=int(count)
        )
    return Kept(text=_WHY_KEPT.get(word, "Its work tree could not be understood, so nothing was pushed."))


def read_push(answer: Result | Unknown, outgoing: Outgoing) -> str:
    """This function will say how the push ended, believing only what the remote has now."""
    has = answer.out.split()[-1:] if isinstance(answer, Result) else []
    commits = f"{outgoing.count} commit{'s' if outgoing.count != 1 else ''}"
    if has == [outgoing.head]:
        verb = "was" if outgoing.count == 1 else "were"
        return f"{commits} of {code(outgoing.branch)} {verb} pushed."
    told = _quoted(_SHA.sub("", answer.out)) if isinstance(answer, Result) else ""
    why = f": {told}" if told else f" ({_why(answer)})"
    return f"{commits} of {code(outgoing.branch)} could not be pushed{why}."


def read_signal(answer: Result | Unknown, agent: str, *, is_resume: bool) -> AgentResult:
    """This function will say how the agent stands by what `signal.sh` said."""
    wanted = AgentState.RUNNING if is_resume else AgentState.PAUSED
    match answer:
        case Unknown(why=why):
            return _result(agent, AgentState.UNKNOWN, f"may stand in any way: {escape(why)}")
        case Result():
            state, text = _standing(answer, wanted)
            return _result(agent, state, text)
        case _:
            assert_never(answer)


def _standing(answer: Result, wanted: AgentState) -> tuple[AgentState, str]:
    word, *rest = answer.out.splitlines() or [""]
    told = _quoted(rest[0]) if rest else ""
    failed = AgentState.FAILED
    found = {
        "all": (wanted, f"is {wanted} ({told} processes)"),
        "idle": (wanted, "has no process but its shell"),
        "ended": (wanted, "has ended"),
        "left": (failed, f"is not {wanted}: {told} of its processes do not obey"),
        "no-session": (failed, "has no such tmux session"),
        "no-tmux": (failed, "is on a host without tmux"),
        "own": (failed, "runs in the session that the bot itself runs in, which is left alone"),
        "alone": (
            failed,
            f"cannot be paused: {code(told)} is its pane's own process, which tmux lets go on; start it under a shell",
        ),
    }
    if answer.code == 0 and word in found:
        return found[word]
    return failed, f"is not {wanted}: {_why(answer)}"


def _result(agent: str, state: AgentState, text: str) -> AgentResult:
    return AgentResult(agent=agent, state=state, text=f"{code(agent)} {text}.")


def _is_of(address: str, full_name: str) -> bool:
    """Whether the address of a remote names the repository: https, ssh, or a path."""
    path = re.split(r"[/:]", address.removesuffix("/").removesuffix(".git"))
    return "/".join(path[-2:]).lower() == full_name.lower()


def _why(answer: Result | Unknown) -> str:
    if isinstance(answer, Unknown):
        return escape(answer.why)
    told = _quoted(_SHA.sub("", answer.err or answer.out))
    return f"exit {answer.code}{f': {told}' if told else ''}"


def _quoted(text: str) -> str:
    return escape(" ".join(text.split())[:MOST_TOLD])

"""Reads what the programs on a host said of an agent's processes, and words it."""

from __future__ import annotations

from typing import assert_never

from bot.budget.model import AgentResult, AgentState
from bot.markdown import code, escape
from bot.supervision.hosts.model import Result, Unknown
from bot.supervision.hosts.quoting import ending, quoted


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
    told = quoted(rest[0]) if rest else ""
    failed = AgentState.FAILED
    found = {
        "all": (wanted, f"is {wanted} ({told} processes)"),
        "idle": (wanted, "has no process but its shell"),
        "ended": (wanted, "has ended"),
        "left": (failed, f"is not {wanted}: {told} of its processes do not obey"),
        # What is gone is held by nothing any more, and the watchdog may look after it.
        "no-session": (failed if wanted is AgentState.PAUSED else wanted, "has no such tmux session"),
        "taken": (failed, "has no tmux session: what is called so is another agent's"),
        "unclear": (AgentState.UNKNOWN, f"may stand in any way: {told}"),
        "no-tmux": (failed, "is on a host without tmux"),
        "own": (failed, "runs in the session that the bot itself runs in, which is left alone"),
        "alone": (
            failed,
            f"cannot be paused: {code(told)} is its pane's own process, which tmux lets go on; start it under a shell",
        ),
    }
    if answer.code == 0 and word in found:
        return found[word]
    return failed, f"is not {wanted}: {ending(answer)}"


def _result(agent: str, state: AgentState, text: str) -> AgentResult:
    return AgentResult(agent=agent, state=state, text=f"{code(agent)} {text}.")

"""Words the issue about a session in trouble."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config.mistakes import PATH
from bot.markdown import code, cut, details, fence, link, marker
from bot.supervision.sessions.telling.rules import Trouble

if TYPE_CHECKING:
    from bot.supervision.sessions.model import Session

_MOST_SHOWN = 12_000  # bytes of a terminal
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleFacts:
    """All that the issue is made from."""

    session: Session
    trouble: Trouble | None  # None where it is over
    marker: str
    tail: str = ""  # of its terminal, without secrets
    url: str = ""  # of its page
    others: tuple[str, ...] = ()  # of whom nothing is known, either


def trouble_marker(session: Session) -> str:
    """This function will make the first line by which the issue is found again."""
    return marker("session", f"{session.name} {session.since:%Y-%m-%dT%H-%M-%S}")


def trouble_title(session: Session, trouble: Trouble) -> str:
    """This function will make the title of the issue; an agent's name has nothing that renders."""
    if trouble is Trouble.UNTOLD:
        return f"Nothing is known of agent {session.name}"
    ends = {
        Trouble.QUARANTINED: "dies again and again, and is left alone",
        Trouble.STUCK: "runs and gives no sign",
        Trouble.LEFT: "has died, and is not started by itself",
    }
    return f"Agent {session.name} {ends[trouble]}"


def render_trouble(facts: TroubleFacts) -> str:
    """This function will say what is the matter with a session, and what a person can do."""
    session = facts.session
    where = code(session.host) if session.host else "the bot's own machine"
    stands = f"**{session.state}** since {session.since:%Y-%m-%d %H:%M} UTC."
    parts = [
        facts.marker,
        f"{code(session.name)} on {where}: {stands} {session.text}",
        _what(facts),
        _starts(session),
        session.work,
        details("The last lines of its terminal; secrets of known forms are masked", _shown(facts.tail))
        if facts.tail.strip()
        else "",
        link("What happened to it", facts.url) if facts.url else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _what(facts: TroubleFacts) -> str:
    name = facts.session.name
    match facts.trouble:
        case None:
            return "This is over; the issue was closed for that."
        case Trouble.QUARANTINED:
            return (
                "It is not started any more, and its pane is kept as it is. "
                f"Once you know why it dies, {code(f'/agent {name} resume')} starts it again; "
                f"{code(f'/agent {name} log')} shows more of its terminal."
            )
        case Trouble.UNTOLD:
            listed = ", ".join(map(code, facts.others[:_MOST_NAMED]))
            more = f" and {len(facts.others) - _MOST_NAMED} more" if len(facts.others) > _MOST_NAMED else ""
            others = f" Nor is anything known of {listed}{more}, on the same host." if facts.others else ""
            return f"Nothing is concluded from that, and nothing is started until it is known.{others}"
        case Trouble.STUCK:
            return (
                "It is never killed for that: it may be at something long. "
                f"{code(f'/agent {name} log')} shows its terminal, {code(f'/agent {name} restart')} ends it and "
                "starts it again."
            )
        case _:
            return (
                f"{code(f'/agent {name} restart')} starts it this once. To have it started by itself, give it a "
                f"{code('command')} in {code(PATH)} and let {code('supervision.watch.conduct')} be {code('act')}."
            )


def _starts(session: Session) -> str:
    if not session.starts:
        return ""
    return f"It was started at {', '.join(f'{start:%H:%M:%S}' for start in session.starts)} UTC."


def _shown(tail: str) -> str:
    """The end of it: what it showed last tells most."""
    raw = tail.encode()
    text = raw[-_MOST_SHOWN:].decode(errors="ignore") if len(raw) > _MOST_SHOWN else tail
    return cut(fence(text), _MOST_SHOWN * 2)

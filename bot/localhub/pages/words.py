"""How states, times, reactions and lines are worded and coloured on the pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.localhub.state.nouns import Reaction

_GOOD = frozenset({"success"})
_BAD = frozenset({"failure", "error", "timed_out", "startup_failure", "action_required"})
_WAITING = frozenset({"queued", "in_progress", "pending", "waiting", "requested"})
_EMOJI = {
    "+1": "👍",
    "-1": "👎",
    "laugh": "😄",
    "confused": "😕",
    "heart": "❤️",
    "hooray": "🎉",
    "rocket": "🚀",
    "eyes": "👀",
}
_STAMP = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z ")
_LINE_END = re.compile(r"\r\n|\n|\r")  # not str.splitlines: it knows more ends than a log has
_STEP_STARTS = ("##[group]Run ", "Post job cleanup.")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LOG_CLASSES = (("##[error]", "l-error"), ("##[warning]", "l-warning"), ("##[group]", "l-group"))
_PATCH_CLASSES = {"+": "added", "-": "removed", "@": "hunk"}


@dataclass(frozen=True, slots=True)
class StateWord:
    """A state as a word and the kind of mark it gets: good, bad, wait or calm."""

    kind: str
    word: str


def state_of(status: str | None, conclusion: str | None) -> StateWord:
    """This function will word a status and conclusion; for deployments the conclusion is the newest state."""
    name = conclusion or status or "not started"
    if name == "deployment":
        return StateWord("calm", "Never deployed")
    kind = "calm"
    if name in _GOOD:
        kind = "good"
    elif name in _BAD:
        kind = "bad"
    elif name in _WAITING:
        kind = "wait"
    return StateWord(kind, name.replace("_", " ").capitalize())


def overall(states: Iterable[tuple[str, str | None]]) -> StateWord:
    """This function will sum up the states of several checks as one."""
    words = [state_of(status, conclusion) for status, conclusion in states]
    counts = {kind: sum(word.kind == kind for word in words) for kind in ("good", "bad", "wait", "calm")}
    if counts["bad"]:
        return StateWord("bad", f"{counts['bad']} failing")
    if counts["wait"]:
        return StateWord("wait", f"{counts['wait']} running")
    if counts["good"]:
        return StateWord("good", "All passed")
    return StateWord("calm", "No checks")


def short(sha: str) -> str:
    """This function will cut a SHA to the length people read."""
    return sha[:7]


def ago(moment: datetime, now: datetime) -> Markup:
    """This function will word a moment relative to now, with the exact time in its title."""
    exact = moment.strftime("%Y-%m-%d %H:%M:%S UTC")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(), exact, _ago(now - moment)
    )


def _ago(passed: timedelta) -> str:
    if passed < timedelta(minutes=1):
        return "just now"
    for unit, length in (
        ("day", timedelta(days=1)),
        ("hour", timedelta(hours=1)),
        ("minute", timedelta(minutes=1)),
    ):
        if passed >= length:
            count = passed // length
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


def grouped(reactions: Iterable[Reaction]) -> list[tuple[str, int, str]]:
    """This function will group reactions: emoji, how many, by whom."""
    people: dict[str, list[str]] = {}
    for reaction in reactions:
        people.setdefault(reaction.content, []).append(reaction.user.login)
    return [(_EMOJI.get(content, content), len(who), ", ".join(who)) for content, who in people.items()]


def log_lines(log: bytes) -> list[str]:
    """This function will split a job's log for reading: no timestamps, no colour codes."""
    text = log.decode(errors="replace")
    lines = _LINE_END.split(text.removesuffix("\n"))
    return [_COLOUR.sub("", _STAMP.sub("", line)) for line in lines] if text else []


def log_anchors(lines: list[str]) -> list[tuple[str, str]]:
    """This function will give each log line its anchor as GitHub makes it: `step:3:14`, counted within its step."""
    step, number = 1, 0
    anchored = []
    for line in lines:
        if line.startswith(_STEP_STARTS):
            step, number = step + 1, 0
        number += 1
        anchored.append((f"step:{step}:{number}", line))
    return anchored


def log_class(line: str) -> str:
    """This function will name the look of a log line."""
    return next((name for start, name in _LOG_CLASSES if line.startswith(start)), "")


def patch_class(line: str) -> str:
    """This function will name the look of a line of a diff."""
    return _PATCH_CLASSES.get(line[:1], "")


def local(url: str, base: str) -> str:
    """This function will keep a link inside this server when it points at a page that stands here too."""
    parts = urlsplit(url)
    if parts.hostname not in {"127.0.0.1", "localhost", "::1"} or parts.port != urlsplit(base).port:
        return url if parts.scheme in {"http", "https"} else "#"
    return parts.path + (f"#{parts.fragment}" if parts.fragment else "")

"""Words a fix: its title, the commit's message, the text of its pull request or of the issue that suggests it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.budget.money import dollars
from bot.diagnosis.model import Cause
from bot.markdown import code, cut, details, escape, fence, link, marker, table
from bot.supervision.fixing.working.fixer import AGENT
from bot.supervision.model import FIX_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.decisions.model import Condition
    from bot.supervision.fixing.model import Change, Fix, Trouble

MARKER = "fix"
_SHORT = 7
_MOST_FILES = 20
_MOST_EXCERPT = 6_000  # bytes
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,79}")  # a path or tool that says nothing but its name
_WORDS: Mapping[Cause, str] = {
    Cause.TEST: "a failing test",
    Cause.COMPILE: "a compile error",
    Cause.LINT: "what a linter complains of",
    Cause.FORMAT: "the formatting",
    Cause.DOCS: "the documentation",
    Cause.DEPENDENCY: "a dependency",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """All that is told of a fix when it is proposed or suggested."""

    fix: Fix
    change: Change
    guards: tuple[Condition, ...]  # as they were found, all met
    tries: int  # the most
    label: str
    told: str = ""  # safe Markdown: what each fixer came to
    diff: str = ""  # unified, as much of it as an issue holds; only where it is suggested


def fix_branch(trouble: Trouble) -> str:
    """This function will name the branch of a failure's fix: one fingerprint has one."""
    return f"{FIX_PREFIX}{trouble.failure.short_id}"


def fix_title(trouble: Trouble) -> str:
    """This function will name a fix in words of our own: a log's words could close issues or mention people."""
    failure = trouble.failure
    what = _WORDS.get(failure.cause, "a failure")
    paths = (place.path for place in failure.locations)
    where = next((f" in {path}" for path in paths if _PLAIN.fullmatch(path)), "")
    by = f" ({failure.tool})" if _PLAIN.fullmatch(failure.tool) else ""
    return f"Fix {what}{where}{by}"


def commit_message(fix: Fix) -> str:
    """This function will word the commit of a fix."""
    trouble = fix.trouble
    body = f"The build {trouble.run_url} is red without it."
    return f"{fix_title(trouble)}\n\n{body}\n\nPilothouse-Fix: {fix.id}\n"


def render_pull(proposal: Proposal) -> str:
    """This function will describe the pull request of a fix."""
    return _joined(
        marker(MARKER, proposal.fix.id),
        _opening(proposal),
        _evidence(proposal),
        _failure(proposal.fix.trouble),
        _guards(proposal),
        _stopping(proposal),
    )


def render_issue(proposal: Proposal) -> str:
    """This function will describe the issue that suggests a fix, of which no branch was made."""
    trouble = proposal.fix.trouble
    closing = (
        f"Close this issue to decline it. With {code('supervision.fix.conduct: act')} the bot opens a pull "
        "request instead. Once the branch is green the issue closes by itself."
    )
    return _joined(
        issue_marker(trouble),
        _opening(proposal),
        "The policy lets the bot only suggest, so no branch was made. This is what it would propose:",
        fence(proposal.diff, "diff"),
        f"Save it as {code('fix.diff')}, then: {code('git apply fix.diff')}.",
        _evidence(proposal),
        _failure(trouble),
        _guards(proposal),
        closing,
    )


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def issue_marker(trouble: Trouble) -> str:
    """This function will make the first line by which the issue of a failure is found again."""
    return marker(MARKER, f"{trouble.branch}/{trouble.failure.fingerprint}")


def _opening(proposal: Proposal) -> str:
    trouble, failure = proposal.fix.trouble, proposal.fix.trouble.failure
    build = link(escape(trouble.workflow), trouble.run_url)
    job = link(code(trouble.job), trouble.job_url)
    return (
        f"{code(trouble.branch)} is red at {code(trouble.base_sha[:_SHORT])}: in {build}, job {job}, "
        f"{code(failure.tool)} says {code(failure.message)}."
    )


def _evidence(proposal: Proposal) -> str:
    fix, change = proposal.fix, proposal.change
    rows = [
        ("Failed before, succeeds after", code(change.command)),
        ("Mended by", code(fix.fixer)),
        ("Size", f"{_counted(len(change.files), 'file')}, +{change.added} -{change.removed} lines"),
        ("Files", _files(change)),
        ("Price", _price(fix)),
        ("Try", f"{fix.round} of at most {proposal.tries}"),
        ("Failure", code(fix.trouble.failure.short_id)),
    ]
    return table(("", ""), rows) + (f"\n\n{proposal.told}" if proposal.told else "")


def _price(fix: Fix) -> str:
    if fix.price is not None:
        return dollars(fix.price)
    return "not known" if fix.fixer == AGENT else "nothing: no model was asked"


def _files(change: Change) -> str:
    named = ", ".join(code(path) for path in change.files[:_MOST_FILES])
    more = len(change.files) - _MOST_FILES
    return f"{named} and {more} more" if more > 0 else named


def _failure(trouble: Trouble) -> str:
    excerpt = cut("\n".join(trouble.failure.excerpt), _MOST_EXCERPT)
    return details("What the log says", fence(excerpt)) if excerpt else ""


def _guards(proposal: Proposal) -> str:
    listed = "\n".join(f"- {one.text}" for one in proposal.guards)
    return details("What was checked before it was proposed", listed)


def _stopping(proposal: Proposal) -> str:
    fix = proposal.fix
    label = f" The label {code(proposal.label)} asks for a review." if proposal.label else ""
    return (
        "Only the build of this pull request tells whether the failure is gone; that is said here once it has ended. "
        f"It is not merged by itself, unless {code('merge.automatic')} names this App.{label}\n\n"
        f"To decline it, close it: this failure is then left alone until its job has passed again. Whoever pushes to "
        f"{code(fix.head_ref)} takes it over. {code('supervision.fix.conduct')} turns this to "
        f"{code('suggest')} or {code('observe')}."
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

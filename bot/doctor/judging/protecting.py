"""Judges what GitHub demands before something is merged into the default branch, and from whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.doctor.wording import bad, good, listed, notice

if TYPE_CHECKING:
    from bot.doctor.model import Finding
    from bot.github.branch_models import RequiredCheck

_OURS = "pilothouse / "  # how the App's own checks are named


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionFacts:
    """A branch, what is demanded of it, and what should be."""

    branch: str
    rules_page: str
    is_protected: bool
    required: tuple[RequiredCheck, ...]  # by classic protection and rulesets together
    wanted: tuple[str, ...]  # checks of the pack
    waited_for: frozenset[str]  # checks that Pilothouse itself waits for before it merges
    actions_app: int  # the App of GitHub Actions
    own_app: int


def judge_protection(facts: ProtectionFacts) -> tuple[Finding, ...]:
    """This function will say whether each check that counts is required, and of the right source."""
    if not facts.is_protected:
        return (
            bad(
                f"branch {facts.branch}",
                "nothing protects it: whoever may write can push to it, and merge what is red",
                f"Make a ruleset that requires a pull request and {listed(facts.wanted) or 'its checks'} "
                f"at {facts.rules_page}.",
            ),
        )
    found = [_wanted(facts, name) for name in facts.wanted]
    found += [
        one
        for name in dict.fromkeys(
            check.context for check in facts.required if check.context.startswith(_OURS)
        )
        if (one := _ours(facts, name)) is not None
    ]
    return tuple(found) or (good(f"branch {facts.branch}", "it is protected"),)


def _wanted(facts: ProtectionFacts, name: str) -> Finding:
    subject = f"check {name}"
    sources = _sources(facts, name)
    if not sources:
        text = "it is not required by GitHub, so the merge button takes what is red"
        remedy = f"Add it to the required checks, with the source GitHub Actions, at {facts.rules_page}."
        if name in facts.waited_for:
            return notice(subject, f"{text}; Pilothouse itself waits for it", remedy)
        return bad(subject, text, remedy)
    return _sourced(facts, subject, sources, ("GitHub Actions", facts.actions_app))


def _ours(facts: ProtectionFacts, name: str) -> Finding | None:
    return _sourced(facts, f"check {name}", _sources(facts, name), ("this App", facts.own_app))


def _sources(facts: ProtectionFacts, name: str) -> set[int | None]:
    return {check.app_id for check in facts.required if check.context == name}


def _sourced(
    facts: ProtectionFacts, subject: str, sources: set[int | None], source: tuple[str, int]
) -> Finding:
    words, app = source
    # a merge has to please every rule, so one wrong source is enough to block it
    wrong = {one for one in sources if one is not None} - {app}
    remedy = f"Choose {words} as its source at {facts.rules_page}."
    if wrong:
        text = f"it is required of another App ({listed(str(one) for one in sorted(wrong))}), which never reports it"
        return bad(subject, f"{text}: nothing can be merged", remedy)
    if app not in sources:
        text = "it is required, of whatever source: whoever may write statuses can report it green"
        return notice(subject, text, remedy)
    return good(subject, f"it is required, of {words}")

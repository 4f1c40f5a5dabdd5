"""Says whether the policy wants a pull request merged although nobody asked, or why it does not."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bot.markdown import code
from bot.merging.judging.bumps import largest_bump

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.config.merging import AutomaticConfig
    from bot.github.models import Actor
    from bot.merging.judging.fact_model import ChangeFacts

_ORDER = ("patch", "minor", "major")
# They keep their branches up to date themselves, and stop as soon as somebody else has pushed to one.
_DEPENDENCY_BOTS = {
    "dependabot[bot]",
    "dependabot-preview[bot]",
    "renovate[bot]",
    "renovate-bot",
    "mend-for-github-com[bot]",
}


def is_dependency_bot(author: Actor) -> bool:
    """This function will say whether the author is a bot that keeps its own branches."""
    return author.login.casefold() in _DEPENDENCY_BOTS


def concerns(rules: Iterable[AutomaticConfig], author: str) -> bool:
    """This function will say whether any of the rules is about pull requests of this author."""
    return any(_named(rule, author) for rule in rules)


def why_not_automatic(rules: Sequence[AutomaticConfig], change: ChangeFacts | None) -> str:
    """This function will say why no rule wants it merged, in safe Markdown; "" where one does."""
    if change is None or not concerns(rules, change.author):
        return f"{code('merge.automatic')} does not name its author"
    reasons = [_why_not(rule, change) for rule in rules if _named(rule, change.author)]
    return "" if "" in reasons else reasons[0]


def _named(rule: AutomaticConfig, author: str) -> bool:
    return author.casefold() in {one.casefold() for one in rule.authors}


def _why_not(rule: AutomaticConfig, change: ChangeFacts) -> str:
    return next((why for why in (check(rule, change) for check in _CHECKS) if why), "")


def _branch(rule: AutomaticConfig, change: ChangeFacts) -> str:
    if not rule.branches or any(fnmatchcase(change.base_ref, pattern) for pattern in rule.branches):
        return ""
    return f"its base is {code(change.base_ref)}, and the rule is about {_listed(rule.branches)}"


def _labels(rule: AutomaticConfig, change: ChangeFacts) -> str:
    has = {label.casefold() for label in change.labels}
    missing = [label for label in rule.labels if label.casefold() not in has]
    return f"it lacks the label {code(missing[0])}" if missing else ""


def _writers(rule: AutomaticConfig, change: ChangeFacts) -> str:
    """Whoever may push can add a commit to a bot's branch, whose pull request still is the bot's."""
    if not change.writers:
        return "it could not be read who wrote its commits"
    named = {one.casefold() for one in rule.authors}
    strange = [one for one in change.writers if one.casefold() not in named]
    if not strange:
        return ""
    who = (
        code(strange[0])
        if strange[0]
        else "somebody whom GitHub does not know, or whose signature is not valid"
    )
    return f"it has a commit by {who}"


def _files(rule: AutomaticConfig, change: ChangeFacts) -> str:
    if not rule.files:
        return ""
    if change.files is None:
        return "it could not be read which files it changes"
    other = [file for file in change.files if not any(fnmatchcase(file, pattern) for pattern in rule.files)]
    return f"it changes {code(other[0])}, and the rule is about {_listed(rule.files)}" if other else ""


def _bump(rule: AutomaticConfig, change: ChangeFacts) -> str:
    if rule.bump is None:
        return ""
    bump = largest_bump(change)
    if bump is None:
        return "neither its title nor its labels tell how large the step of the version is"
    if _ORDER.index(bump) > _ORDER.index(rule.bump):
        return f"it is a {bump} step, and the rule goes up to {rule.bump}"
    return ""


def _listed(patterns: Sequence[str]) -> str:
    return ", ".join(code(pattern) for pattern in patterns)


_CHECKS = (_branch, _labels, _writers, _files, _bump)

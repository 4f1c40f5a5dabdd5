"""Says how a pull request may come into its base, and how it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.merging import MergeMethod
from bot.markdown import code

if TYPE_CHECKING:
    from bot.merging.judging.fact_model import MergeFacts

_IN_ORDER = (MergeMethod.SQUASH, MergeMethod.MERGE, MergeMethod.REBASE)


def allowed_methods(facts: MergeFacts) -> tuple[MergeMethod, ...]:
    """This function will list the methods that the repository's settings and the base's rules take, the best first."""
    return tuple(method for method in _IN_ORDER if not _forbidden(facts, method))


def method_of(facts: MergeFacts) -> MergeMethod | None:
    """This function will return the method by which it is merged: the wanted one, or None where it is not possible."""
    rules, allowed = facts.base.rules, allowed_methods(facts)
    if rules.queue and rules.queue_method is not None:
        return rules.queue_method
    wanted = facts.asked.method or facts.policy.method
    if wanted is None:
        return next(iter(allowed), None)
    return wanted if wanted in allowed else None


def why_not(facts: MergeFacts, method: MergeMethod | None = None) -> str:
    """This function will say why a method, or every one, is not possible."""
    methods = _IN_ORDER if method is None else (method,)
    return ", ".join(dict.fromkeys(why for one in methods if (why := _forbidden(facts, one))))


def _forbidden(facts: MergeFacts, method: MergeMethod) -> str:
    rules, base = facts.base.rules, code(facts.pull.base_ref)
    if method not in facts.base.methods:
        return f"the repository does not allow {code(method)}"
    if rules.methods is not None and method not in rules.methods:
        return f"the rules of {base} do not allow {code(method)}"
    if rules.linear and method is MergeMethod.MERGE:
        return f"{base} must have a linear history"
    # https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification
    if rules.signatures and method is MergeMethod.REBASE:
        return f"{base} takes signed commits only, and GitHub does not sign what it rebases"
    return ""

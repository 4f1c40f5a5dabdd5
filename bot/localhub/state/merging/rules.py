"""What a branch or tag is protected by: classic protection and rulesets, taken together."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bot.localhub.state.protections import METHODS, RequiredCheck

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.localhub.state.nouns import Repository, User
    from bot.localhub.state.protections import Protection, Rule, Ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """What a change must fulfil to get into a branch by one of GitHub's two ways of demanding."""

    pull_request: bool = False
    checks: tuple[RequiredCheck, ...] = ()
    strict: bool = False
    approvals: int = 0
    dismiss_stale: bool = False
    last_push: bool = False
    conversations: bool = False
    linear: bool = False
    methods: tuple[str, ...] = METHODS
    queue: bool = False


def protection_of(repository: Repository, branch: str) -> Protection | None:
    """This function will give the classic protection of a branch; an exact name comes before a pattern."""
    exact = repository.protections.get(branch)
    if exact is not None:
        return exact
    return next(
        (one for pattern, one in repository.protections.items() if fnmatchcase(branch, pattern)), None
    )


def rules_of(repository: Repository, ref: str, actor: User | None = None) -> Iterator[tuple[Ruleset, Rule]]:
    """This function will give the active rules for a ref (`heads/main`, `tags/v1`) that an actor cannot bypass."""
    target = "branch" if ref.startswith("heads/") else "tag"
    for ruleset in repository.rulesets:
        bypassed = actor is not None and actor.id in ruleset.bypass
        held = ruleset.target == target and ruleset.enforcement == "active" and not bypassed
        named = _names(repository, ruleset.include, ref) and not _names(repository, ruleset.exclude, ref)
        if held and named:
            yield from ((ruleset, rule) for rule in ruleset.rules)


def _names(repository: Repository, patterns: tuple[str, ...], ref: str) -> bool:
    return any(
        pattern == "~ALL"
        or (pattern == "~DEFAULT_BRANCH" and ref == f"heads/{repository.default_branch}")
        or fnmatchcase(f"refs/{ref}", pattern)
        for pattern in patterns
    )


def types_of(repository: Repository, ref: str, actor: User | None = None) -> set[str]:
    """This function will give the types of the rules that hold for a ref."""
    return {rule.type for _, rule in rules_of(repository, ref, actor)}


def queue_rule(repository: Repository, branch: str) -> Rule | None:
    """This function will give the rule by which a branch has a merge queue."""
    found = rules_of(repository, f"heads/{branch}")
    return next((rule for _, rule in found if rule.type == "merge_queue"), None)


def classic_demands(repository: Repository, branch: str, actor: User) -> Demands:
    """This function will say what classic protection demands; administrators only where it is enforced for them."""
    found = protection_of(repository, branch)
    if found is None or (repository.role_of(actor) == "admin" and not found.enforce_admins):
        return Demands()
    reviews = found.reviews
    return Demands(
        pull_request=reviews is not None,
        checks=found.checks or (),
        strict=found.strict and found.checks is not None,
        approvals=reviews.count if reviews else 0,
        dismiss_stale=reviews.dismiss_stale if reviews else False,
        last_push=reviews.last_push if reviews else False,
        conversations=found.conversations,
        linear=found.linear,
        methods=("squash", "rebase") if found.linear else METHODS,
    )


def ruled_demands(repository: Repository, branch: str, actor: User) -> Demands:
    """This function will say what rulesets demand: all of them at once."""
    rules = [rule for _, rule in rules_of(repository, f"heads/{branch}", actor)]
    reviews = [rule.parameters for rule in rules if rule.type == "pull_request"]
    checks = [rule.parameters for rule in rules if rule.type == "required_status_checks"]
    linear = any(rule.type == "required_linear_history" for rule in rules)
    allowed = [set(one.get("allowed_merge_methods") or METHODS) for one in reviews]
    allowed.append({"squash", "rebase"} if linear else set(METHODS))
    return Demands(
        pull_request=bool(reviews),
        checks=tuple(
            RequiredCheck(context=one["context"], app_id=one.get("integration_id"))
            for each in checks
            for one in each["required_status_checks"]
        ),
        strict=any(one.get("strict_required_status_checks_policy") for one in checks),
        approvals=max((one.get("required_approving_review_count", 0) for one in reviews), default=0),
        dismiss_stale=any(one.get("dismiss_stale_reviews_on_push") for one in reviews),
        last_push=any(one.get("require_last_push_approval") for one in reviews),
        conversations=any(one.get("required_review_thread_resolution") for one in reviews),
        linear=linear,
        methods=tuple(method for method in METHODS if all(method in one for one in allowed)),
        queue=any(rule.type == "merge_queue" for rule in rules),
    )

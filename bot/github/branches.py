"""Branches and what is demanded of them: classic protection, rulesets, the repository's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.github import shipping_operations as op
from bot.github.branch_models import (
    Branch,
    BranchRules,
    MergeSettings,
    QueueRule,
    RequiredCheck,
    ReviewRule,
)
from bot.github.commits import ShaShape  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.errors import NotFound
from bot.github.models import Sha

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.github.client import RepositoryClient


class CheckShape(Struct):
    """A required check of the classic protection."""

    context: str
    app_id: int | None = None


class ChecksShape(Struct):
    """The required checks of the classic protection; older answers have contexts alone."""

    contexts: list[str] = field(default_factory=list)
    checks: list[CheckShape] = field(default_factory=list)
    strict: bool = False

    def to_checks(self) -> tuple[RequiredCheck, ...]:
        """This function will return the required checks, each once."""
        # -1 is GitHub's word for any App
        bound = [
            RequiredCheck(context=one.context, app_id=one.app_id if one.app_id and one.app_id > 0 else None)
            for one in self.checks
        ]
        named = {one.context for one in bound}
        free = [RequiredCheck(context=name, app_id=None) for name in self.contexts if name not in named]
        return tuple(dict.fromkeys([*bound, *free]))


class ProtectionShape(Struct):
    """The classic protection as a branch itself tells it."""

    required_status_checks: ChecksShape | None = None


class TreeShape(Struct):
    """A commit of which only the tree is needed."""

    tree: ShaShape


class TipShape(Struct):
    """The commit that a branch names."""

    sha: str
    commit: TreeShape


class BranchShape(Struct):
    """A branch."""

    name: str
    commit: TipShape
    protected: bool = False
    protection: ProtectionShape | None = None

    def to_branch(self) -> Branch:
        """This function will return the branch."""
        checks = self.protection.required_status_checks if self.protection else None
        return Branch(
            name=self.name,
            sha=Sha(self.commit.sha),
            tree=self.commit.commit.tree.sha,
            protected=self.protected,
            required_checks=checks.to_checks() if checks else (),
            strict=checks.strict if checks else False,
        )


class RuleCheckShape(Struct):
    """A required check of a ruleset."""

    context: str
    integration_id: int | None = None


class ParametersShape(Struct):
    """What the rules that are read here say; each kind has some of these."""

    # required_status_checks
    required_status_checks: list[RuleCheckShape] = field(default_factory=list)
    strict_required_status_checks_policy: bool = False
    # pull_request
    required_approving_review_count: int = 0
    dismiss_stale_reviews_on_push: bool = False
    required_review_thread_resolution: bool = False
    allowed_merge_methods: list[str] | None = None
    # merge_queue
    merge_method: str = ""
    # required_deployments
    required_deployment_environments: list[str] = field(default_factory=list)


class RuleShape(Struct):
    """One rule that holds for a branch."""

    type: str
    parameters: ParametersShape | None = None


class RepositorySettingsShape(Struct):
    """What a repository's settings say about merging; GitHub leaves out what the token may not see."""

    allow_merge_commit: bool = True
    allow_squash_merge: bool = True
    allow_rebase_merge: bool = True

    def to_settings(self) -> MergeSettings:
        """This function will return the settings."""
        return MergeSettings(
            allow_merge_commit=self.allow_merge_commit,
            allow_squash_merge=self.allow_squash_merge,
            allow_rebase_merge=self.allow_rebase_merge,
        )


async def get_branch(repo: RepositoryClient, branch: str) -> Branch | None:
    """This function will read a branch with its tip and its classic protection, or return None."""
    try:
        shape = await repo.calls.get(op.GET_BRANCH, BranchShape, {"branch": branch})
    except NotFound:
        return None
    return shape.to_branch()


async def branch_rules(repo: RepositoryClient, branch: str) -> BranchRules:
    """This function will read what all active rulesets together demand of a branch, there or not."""
    return _together(await repo.calls.list(op.LIST_BRANCH_RULES, RuleShape, {"branch": branch}))


async def merge_settings(repo: RepositoryClient) -> MergeSettings:
    """This function will read what the repository's settings say about merging."""
    return (await repo.calls.get(op.GET_REPOSITORY, RepositorySettingsShape, {})).to_settings()


def _together(rules: Sequence[RuleShape]) -> BranchRules:
    kinds = {rule.type for rule in rules}
    checks = _parameters(rules, "required_status_checks")
    reviews = _parameters(rules, "pull_request")
    queues = _parameters(rules, "merge_queue")
    return BranchRules(
        required_checks=tuple(
            dict.fromkeys(
                RequiredCheck(context=one.context, app_id=one.integration_id)
                for each in checks
                for one in each.required_status_checks
            )
        ),
        strict=any(each.strict_required_status_checks_policy for each in checks),
        review=_review(reviews) if reviews else None,
        queue=_queue(queues[0]) if queues else None,
        linear_history="required_linear_history" in kinds,
        methods=_methods(reviews),
        signatures="required_signatures" in kinds,
        deployments=tuple(
            dict.fromkeys(
                name
                for each in _parameters(rules, "required_deployments")
                for name in each.required_deployment_environments
            )
        ),
    )


def _parameters(rules: Sequence[RuleShape], kind: str) -> list[ParametersShape]:
    return [rule.parameters or ParametersShape() for rule in rules if rule.type == kind]


def _review(rules: Sequence[ParametersShape]) -> ReviewRule:
    # "if multiple rulesets target the same branch, the rules are aggregated and the most restrictive applies"
    # https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets#about-rule-layering
    return ReviewRule(
        approvals=max(rule.required_approving_review_count for rule in rules),
        dismiss_stale=any(rule.dismiss_stale_reviews_on_push for rule in rules),
        resolved_threads=any(rule.required_review_thread_resolution for rule in rules),
    )


def _queue(rule: ParametersShape) -> QueueRule:
    return QueueRule(method=rule.merge_method.lower())


def _methods(rules: Sequence[ParametersShape]) -> frozenset[str] | None:
    named = [frozenset(rule.allowed_merge_methods) for rule in rules if rule.allowed_merge_methods]
    return frozenset.intersection(*named) if named else None

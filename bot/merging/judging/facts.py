"""Gathers the facts that a merge's decision rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.budget.store import standing_of
from bot.config.freezing import open_window
from bot.config.merging import MergeConfig, MergeMethod
from bot.config.repository import ConfigurationErrors, read_configuration
from bot.deployments.judging.fact_pull import read_reviews
from bot.github.branches import branch_rules, get_branch, merge_settings
from bot.github.collaborators import permission_of_person
from bot.github.commits import commits_behind
from bot.github.errors import Forbidden, GitHubError, NotFound, Unavailable, Uncertain, Unprocessable
from bot.github.git_data import get_git_commit
from bot.github.graph_pulls import pull_standing
from bot.github.models import Permission, Sha
from bot.github.pulls import get_described_pull
from bot.github.teams import is_team_member
from bot.merging.judging.conditions.base import red_checks
from bot.merging.judging.conditions.branch import must_be_up_to_date
from bot.merging.judging.conditions.evidence import is_anything_silent, patient_until
from bot.merging.judging.expected import expected_checks
from bot.merging.judging.fact_change import read_change
from bot.merging.judging.fact_model import BaseFacts, BaseRules, MergeFacts, PullFacts, RequiredCheck
from bot.merging.judging.fact_order import read_depends, read_stack
from bot.merging.judging.head_checks import read_head_checks
from bot.merging.model import CHECK, Source

if TYPE_CHECKING:
    from bot.budget.model import BudgetStanding
    from bot.commands.spec import Services
    from bot.github.branch_models import Branch, BranchRules
    from bot.github.client import RepositoryClient
    from bot.github.models import PullRequest, RepositoryRef
    from bot.merging.judging.fact_model import Asked
    from bot.merging.model import Hold


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """The pull request as it was read, and its description."""

    pull: PullRequest
    body: str


async def gather(
    services: Services, repository: RepositoryRef, asked: Asked, *, hold: Hold | None, now: datetime
) -> MergeFacts:
    """This function will read everything that decides about the merge; what GitHub refuses to show is a fact.

    Raises:
        GitHubError: GitHub does not answer, or the pull request cannot be read; then nothing may be merged.
    """
    repo = services.repository(repository)
    pull, body = await get_described_pull(repo, asked.number)
    facts = MergeFacts(
        asked=asked,
        now=now,
        permission=await _permission(repo, asked),
        pull=_pull(pull),
        base=BaseFacts(sha=Sha(pull.base_sha)),
        web_url=pull.html_url.partition("/pull/")[0],
        default_branch=repository.default_branch,
        hold=hold,
    )
    if not pull.is_open:
        return facts
    try:
        return await _whole(services, repo, facts, _Read(pull=pull, body=body))
    except (Unavailable, Uncertain):
        raise
    except GitHubError as error:
        return replace(facts, problem=str(error))


async def _whole(services: Services, repo: RepositoryClient, facts: MergeFacts, read: _Read) -> MergeFacts:
    configuration = await read_configuration(repo)
    if isinstance(configuration, ConfigurationErrors):
        mistakes = tuple(str(mistake) for mistake in configuration.mistakes)
        facts = replace(facts, configuration_mistakes=mistakes)
    else:
        facts = replace(facts, policy=configuration.merge)
    facts = await _with_base(repo, facts)
    facts = await _with_checks(repo, facts)
    facts = await _with_order(services, repo, facts, read.body)
    return await _with_people(repo, facts, read)


async def read_base(repo: RepositoryClient, base_ref: str) -> BaseFacts | None:
    """This function will read a base and what GitHub's protection and rulesets ask of what comes into it.

    Returns None where there is no such branch.

    Raises:
        GitHubError: it could not be read.
    """
    branch = await get_branch(repo, base_ref)
    if branch is None:
        return None
    rules = await branch_rules(repo, base_ref)
    settings = await merge_settings(repo)
    return BaseFacts(
        sha=branch.sha,
        rules=_rules(branch, rules),
        methods=tuple(method for method in MergeMethod if method.value in settings.methods),
    )


def _pull(pull: PullRequest) -> PullFacts:
    return PullFacts(
        title=pull.title,
        author=pull.author,
        head_sha=pull.head_sha,
        head_ref=pull.head_ref,
        base_ref=pull.base_ref,
        is_open=pull.is_open,
        is_merged=pull.merged,
        is_draft=pull.draft,
        is_fork=pull.is_fork,
        may_push=not pull.is_fork or pull.maintainer_can_modify,
        labels=pull.labels,
        mergeable=pull.mergeable,
        mergeable_state=pull.mergeable_state,
        html_url=pull.html_url,
    )


def _rules(branch: Branch, rules: BranchRules) -> BaseRules:
    review, methods = rules.review, rules.methods
    classic = (
        RequiredCheck(name=one.context, app_id=one.app_id, source="branch protection")
        for one in branch.required_checks
    )
    modern = (
        RequiredCheck(name=one.context, app_id=one.app_id, source="a ruleset")
        for one in rules.required_checks
    )
    queued = rules.queue.method if rules.queue is not None else ""
    return BaseRules(
        checks=(*classic, *modern),
        is_protected=branch.protected,
        up_to_date=branch.strict or rules.strict,
        reviews=review.approvals if review is not None else 0,
        dismisses_stale=review is not None and review.dismiss_stale,
        conversations=review is not None and review.resolved_threads,
        linear=rules.linear_history,
        signatures=rules.signatures,
        methods=tuple(one for one in MergeMethod if one.value in methods) if methods is not None else None,
        queue=rules.queue is not None,
        queue_method=MergeMethod(queued) if queued in list(MergeMethod) else None,
    )


async def _permission(repo: RepositoryClient, asked: Asked) -> Permission:
    if asked.source is Source.POLICY:
        return Permission.NONE
    if asked.source is Source.COMMAND and asked.person.is_bot:
        return Permission.WRITE  # only an App that whoever runs this listed is obeyed at all
    return await permission_of_person(repo, asked.person)


async def _with_base(repo: RepositoryClient, facts: MergeFacts) -> MergeFacts:
    base = await read_base(repo, facts.pull.base_ref)
    if base is None:  # deleted in this moment: GitHub closes the pull request, or gives it another base
        return replace(facts, pull=replace(facts.pull, mergeable=None))
    is_own = any(check.name == CHECK for check in base.rules.checks)
    is_behind = facts.pull.mergeable_state == "behind"  # only said where it must not be
    rules = replace(base.rules, up_to_date=base.rules.up_to_date or is_behind)
    return replace(facts, base=replace(base, rules=rules), is_own_check_required=is_own)


async def _with_checks(repo: RepositoryClient, facts: MergeFacts) -> MergeFacts:
    expected = expected_checks(facts.base.rules, facts.policy)
    head = await read_head_checks(repo, facts.pull.head_sha, expected)
    facts = replace(
        facts,
        checks=head.checks,
        still_since=head.still_since,
        is_busy=head.is_busy,
        held_runs=head.held_runs,
    )
    if is_anything_silent(facts) and facts.now >= patient_until(facts):
        facts = replace(facts, head_at=await _committed_at(repo, facts.pull.head_sha))
    if facts.policy.red_base and expected:
        base = await read_head_checks(repo, facts.base.sha, expected)
        facts = replace(facts, base=replace(facts.base, checks=base.checks))
    if must_be_up_to_date(facts) or (facts.policy.red_base and red_checks(facts)):
        facts = replace(facts, pull=replace(facts.pull, behind=await _behind(repo, facts)))
    return facts


async def _committed_at(repo: RepositoryClient, sha: Sha) -> datetime | None:
    """When a commit was made, by its committer's clock; None where that is no date or the commit is gone."""
    try:
        return datetime.fromisoformat((await get_git_commit(repo, sha)).committer.date).astimezone(UTC)
    except (NotFound, ValueError):
        return None


async def _behind(repo: RepositoryClient, facts: MergeFacts) -> int | None:
    try:
        return await commits_behind(repo, facts.base.sha, facts.pull.head_sha)
    except NotFound:  # they share nothing, or one is gone
        return None


async def _with_order(services: Services, repo: RepositoryClient, facts: MergeFacts, body: str) -> MergeFacts:
    base_ref, number = facts.pull.base_ref, facts.asked.number
    # A branch that lasts may itself be on its way into another one, which is no stack.
    lasts = base_ref == repo.ref.default_branch or facts.base.rules.is_protected or facts.base.rules.checks
    return replace(
        facts,
        budget=await _budget(services, repo, facts),
        depends=await read_depends(services, repo.ref, number, body=body),
        rests_on=None if lasts else await read_stack(repo, base_ref, number),
    )


async def _with_people(repo: RepositoryClient, facts: MergeFacts, read: _Read) -> MergeFacts:
    is_policy = facts.asked.source is Source.POLICY
    conversations, decision = await _standing(repo, facts.asked.number)
    return replace(
        facts,
        conversations=conversations,
        review_decision=decision,
        reviews=await read_reviews(repo, facts.asked.number),
        change=await read_change(repo, read.pull, read.body, policy=facts.policy) if is_policy else None,
        teams=await _teams(repo, facts.policy, facts),
    )


async def _budget(services: Services, repo: RepositoryClient, facts: MergeFacts) -> BudgetStanding | None:
    """How the budget stands, where nobody asks for the merge in person: they may spend, a policy may not."""
    if facts.asked.source is not Source.POLICY:
        return None
    return await services.database.read(lambda connection: standing_of(connection, repo.ref.id))


async def _standing(repo: RepositoryClient, number: int) -> tuple[int | None, str]:
    """How many conversations are open, and what GitHub says of the reviews; where it will not tell, the merge does."""
    try:
        standing = await pull_standing(repo, number)
    except (Forbidden, NotFound, Unprocessable):
        return None, ""
    is_known = standing.open_threads > 0 or standing.threads_complete
    return standing.open_threads if is_known else None, standing.review_decision


async def _teams(repo: RepositoryClient, policy: MergeConfig, facts: MergeFacts) -> tuple[str, ...]:
    """The teams in which the asker is, of those that may merge while nothing is merged."""
    freeze = policy.freeze
    if freeze is None or freeze.allow is None or open_window(freeze, facts.now) is None:
        return ()
    found = []
    for team in freeze.allow.teams:
        org, _, slug = team.partition("/")
        if await is_team_member(repo, org=org, slug=slug, login=facts.asked.person.login):
            found.append(team)
    return tuple(found)

"""Conditions about the change itself: where it comes from, where it goes to, who has looked at it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.decisions.model import Condition, Evidence, Standing
from bot.github.models import Permission
from bot.github.review_models import ReviewState
from bot.markdown import code, escape, link

if TYPE_CHECKING:
    from bot.config.policy import EnvironmentConfig
    from bot.deployments.judging.fact_model import DeployFacts, ReviewFact


def fork(facts: DeployFacts, policy: EnvironmentConfig) -> Condition:
    """This function will see whether the head lies where it may be deployed from."""
    name = code(facts.environment)
    if not facts.pull.is_fork:
        return Condition(name="fork", standing=Standing.MET, text="The head lies in this repository.")
    if not policy.allow_forks:
        return Condition(
            name="fork",
            standing=Standing.UNMET,
            reason=Reason.FORK_REFUSED,
            text=f"The head lies in a fork, and {name} is not deployed to from forks.",
            who="Someone with the role write can push the commits to a branch of this repository.",
        )
    approved = any(
        one.permission.covers(Permission.MAINTAIN) and _approves(facts, one) for one in facts.reviews
    )
    if not approved and not facts.permission.covers(Permission.MAINTAIN):
        return Condition(
            name="fork",
            standing=Standing.UNMET,
            reason=Reason.FORK_REFUSED,
            text="The head lies in a fork;",
            who=(
                f"someone with the role maintain or more can deploy it to {name}, or approve {_head(facts)} "
                "in a review."
            ),
        )
    text = f"The head lies in a fork, and a maintainer stands for {_head(facts)}."
    return Condition(name="fork", standing=Standing.MET, text=text)


def branch(facts: DeployFacts, policy: EnvironmentConfig) -> Condition:
    """This function will see whether the base is one of the environment's branches."""
    base = facts.pull.base_ref
    if not policy.branches:
        return Condition(name="branch", standing=Standing.MET, text="Any base branch will do.")
    if any(fnmatchcase(base, pattern) for pattern in policy.branches):
        text = f"The base {code(base)} is one of the environment's branches."
        return Condition(name="branch", standing=Standing.MET, text=text)
    listed = ", ".join(code(pattern) for pattern in policy.branches)
    return Condition(
        name="branch",
        standing=Standing.UNMET,
        reason=Reason.BRANCH_REFUSED,
        text=f"The base of the pull request is {code(base)}; {code(facts.environment)} takes {listed}.",
        who="The author can change the base of the pull request.",
    )


def reviews(facts: DeployFacts, policy: EnvironmentConfig) -> Condition:
    """This function will count the approving reviews of the head by people who may write."""
    if not policy.reviews:
        return Condition(name="reviews", standing=Standing.MET, text="No review is asked for.")
    wanted = f"{policy.reviews} approving review{'s' * (policy.reviews > 1)} of {_head(facts)}"
    counted = [one for one in facts.reviews if _counts(facts, one)]
    against = [one for one in counted if one.state is ReviewState.CHANGES_REQUESTED]
    approving = [
        one for one in counted if one.state is ReviewState.APPROVED and one.sha == facts.pull.head_sha
    ]
    evidence = tuple(
        Evidence(text=f"{escape(one.person.login)}: {escape(one.state)}", url=one.url) for one in counted
    )
    if against:
        who = ", ".join(escape(one.person.login) for one in against)
        return Condition(
            name="reviews",
            standing=Standing.UNMET,
            reason=Reason.REVIEWS_MISSING,
            text=f"Changes were requested by {who}.",
            who="They can approve it, or someone with the role maintain can dismiss the review.",
            evidence=evidence,
        )
    if len(approving) < policy.reviews:
        return Condition(
            name="reviews",
            standing=Standing.PENDING,
            reason=Reason.REVIEWS_MISSING,
            text=f"{code(facts.environment)} needs {wanted}; there are {len(approving)}.",
            who="Someone with the role write who is not its author can approve it in a review.",
            evidence=evidence,
        )
    return Condition(name="reviews", standing=Standing.MET, text=f"There are {wanted}.", evidence=evidence)


def mergeable(facts: DeployFacts, policy: EnvironmentConfig) -> Condition:
    """This function will see whether the pull request could be merged, where the environment asks for it."""
    pull = facts.pull
    if not policy.mergeable:
        return Condition(name="mergeable", standing=Standing.MET, text="It need not be mergeable.")
    if pull.is_draft:
        return _not_mergeable(
            Standing.UNMET, "The pull request is a draft.", "Its author can mark it ready for review."
        )
    if pull.mergeable is None:
        return _not_mergeable(
            Standing.UNKNOWN, "GitHub does not know yet whether it can be merged.", "Write the command again."
        )
    if not pull.mergeable:
        return _not_mergeable(
            Standing.UNMET,
            f"The pull request has conflicts with {code(pull.base_ref)}.",
            "Its author can resolve them.",
        )
    return Condition(
        name="mergeable", standing=Standing.MET, text="The pull request has no conflicts and is no draft."
    )


def _not_mergeable(standing: Standing, text: str, who: str) -> Condition:
    return Condition(name="mergeable", standing=standing, reason=Reason.NOT_MERGEABLE, text=text, who=who)


def up_to_date(facts: DeployFacts, policy: EnvironmentConfig) -> Condition:
    """This function will see whether the head contains its base, where the environment asks for it."""
    behind, base = facts.pull.behind, facts.pull.base_ref
    if not policy.up_to_date:
        return Condition(
            name="up_to_date", standing=Standing.MET, text="It need not contain the newest of its base."
        )
    compare = f"{facts.web_url}/compare/{facts.pull.head_sha}...{base}"
    if behind == 0:
        text = f"{_head(facts)} contains the newest commit of {code(base)}."
        return Condition(name="up_to_date", standing=Standing.MET, text=text)
    if behind is None:
        return Condition(
            name="up_to_date",
            standing=Standing.UNKNOWN,
            reason=Reason.BEHIND_BASE,
            text=f"It is not known what {_head(facts)} lacks of {code(base)}.",
            who="Write the command again.",
        )
    lacks = f"{behind} commit{'s' * (behind > 1)}"
    return Condition(
        name="up_to_date",
        standing=Standing.UNMET,
        reason=Reason.BEHIND_BASE,
        text=f"{_head(facts)} lacks {link(lacks, compare)} of {code(base)}.",
        who="Its author can update the branch.",
    )


def _approves(facts: DeployFacts, review: ReviewFact) -> bool:
    return (
        review.state is ReviewState.APPROVED and review.sha == facts.pull.head_sha and _counts(facts, review)
    )


def _counts(facts: DeployFacts, review: ReviewFact) -> bool:
    """Whether it is the word of a person who may write and is not the author."""
    return (
        not review.person.is_bot
        and review.person.id != facts.pull.author.id
        and review.permission.covers(Permission.WRITE)
    )


def _head(facts: DeployFacts) -> str:
    return code(facts.pull.head_sha[:7])

"""What stands in the way of a merge, in GitHub's words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.localhub.state import git, statuses
from bot.localhub.state.merging import rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.localhub.state.merging.rules import Demands
    from bot.localhub.state.nouns import Pull, Repository, Review, User
    from bot.localhub.state.protections import RequiredCheck
    from bot.localhub.state.store import Store

PASSED = frozenset({"success", "neutral", "skipped"})
VIOLATIONS = "Repository rule violations found"
OUT_OF_DATE = "Head branch is out of date. Review and try the merge again."
QUEUE_ONLY = "Changes must be made through the merge queue"


def standing(repository: Repository, sha: str, check: RequiredCheck) -> str:
    """This function will say how a required check stands at a commit: by its newest run of each App."""
    newest = {
        run.app.id: run
        for run in repository.checks_by_sha.get(sha, ())
        if run.name == check.context and check.app_id in {None, run.app.id}
    }
    found = [
        "in progress" if one.status != "completed" else _ended(one.conclusion) for one in newest.values()
    ]
    if check.app_id is None:
        found += [
            {"success": "passed", "pending": "pending"}.get(one.state, "failing")
            for one in statuses.newest(repository, sha)
            if one.context == check.context
        ]
    if not found:
        return "expected"
    return min(found, key=("failing", "in progress", "pending", "passed").index)


def _ended(conclusion: str | None) -> str:
    return "passed" if conclusion in PASSED else "failing"


def unmet_checks(repository: Repository, sha: str, wanted: Iterable[RequiredCheck]) -> str | None:
    """This function will word which required checks are missing, running or red at a commit."""
    stands = {check: standing(repository, sha, check) for check in wanted}
    open_ones = {check: state for check, state in stands.items() if state != "passed"}
    if not open_ones:
        return None
    if len(open_ones) == 1:
        check, state = next(iter(open_ones.items()))
        return f'Required status check "{check.context}" is {state}.'
    counts = Counter(open_ones.values())
    if len(counts) == 1:
        return f"{len(open_ones)} of {len(stands)} required status checks are {next(iter(counts))}."
    parts = ", ".join(f"{count} {state}" for state, count in counts.items())
    return f"{len(open_ones)} of {len(stands)} required status checks have not succeeded: {parts}."


def newest_reviews(repository: Repository, pull: Pull) -> dict[int, Review]:
    """This function will give the newest deciding review of each person with write access."""
    return {
        one.author.id: one
        for one in pull.reviews
        if one.state != "commented" and repository.role_of(one.author) in {"write", "maintain", "admin"}
    }


def obstacles(store: Store, repository: Repository, pull: Pull, actor: User) -> tuple[list[str], list[str]]:
    """This function will list what classic protection and what rulesets have against a merge by someone."""
    classic = rules.classic_demands(repository, pull.base_ref, actor)
    ruled = rules.ruled_demands(repository, pull.base_ref, actor)
    return _against(store, repository, pull, classic), _against(store, repository, pull, ruled)


def refusal(store: Store, repository: Repository, pull: Pull, actor: User) -> str | None:
    """This function will word all that stands in the way of a merge as its refusal does."""
    classic, ruled = obstacles(store, repository, pull, actor)
    if ruled:
        return VIOLATIONS + "".join(f"\n\n{one}" for one in ruled) + "\n\n"
    return " ".join(classic) or None


def mergeable_state(store: Store, repository: Repository, pull: Pull, *, can_merge: bool | None) -> str:
    """This function will sum up how a pull request stands, in the API's word for it."""
    if can_merge is None:
        return "unknown"
    if not can_merge or pull.draft:
        return "draft" if can_merge else "dirty"
    classic, ruled = obstacles(store, repository, pull, store.github)
    if OUT_OF_DATE in (*classic, *ruled):
        return "behind"
    if classic or ruled:
        return "blocked"
    newest = {(run.app.id, run.name): run for run in repository.checks_by_sha.get(pull.head_sha, ())}
    green = all(run.status == "completed" and run.conclusion in PASSED for run in newest.values())
    settled = all(one.state == "success" for one in statuses.newest(repository, pull.head_sha))
    return "clean" if green and settled else "unstable"


def is_behind(store: Store, repository: Repository, pull: Pull) -> bool:
    """This function will say whether the base has commits that a pull request lacks."""
    return not git.contains(store, pull.head_sha, repository.branches[pull.base_ref])


def _against(store: Store, repository: Repository, pull: Pull, wants: Demands) -> list[str]:
    found = [QUEUE_ONLY] if wants.queue else []
    unmet = unmet_checks(repository, pull.head_sha, wants.checks)
    if unmet is not None:
        found.append(unmet)
    if wants.strict and is_behind(store, repository, pull):
        found.append(OUT_OF_DATE)
    if wants.conversations and any(not one.resolved for one in pull.threads):
        found.append("A conversation must be resolved before this pull request can be merged.")
    return found + _reviews_against(repository, pull, wants)


def _reviews_against(repository: Repository, pull: Pull, wants: Demands) -> list[str]:
    if not wants.pull_request:
        return []
    reviews = newest_reviews(repository, pull).values()
    if any(one.state == "changes_requested" for one in reviews):
        return ["Changes have been requested by a reviewer with write access."]
    approvals = [one for one in reviews if one.state == "approved"]
    if wants.last_push:
        approvals = [one for one in approvals if one.sha == pull.head_sha]
    if len(approvals) >= wants.approvals:
        return []
    noun = "approving review is" if wants.approvals == 1 else "approving reviews are"
    return [f"At least {wants.approvals} {noun} required by reviewers with write access."]

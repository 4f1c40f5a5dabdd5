"""Puts what happened on a pull request into one order, and sums up its checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.localhub.pages.words import StateWord, overall, state_of
from bot.localhub.state.merging import methods

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from bot.localhub.state.actions import Attempt, WorkflowRun
    from bot.localhub.state.nouns import Comment, Commit, Issue, Pull, Repository, Review
    from bot.localhub.state.reports import CheckRun, Deployment
    from bot.localhub.state.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line or box of a conversation."""

    kind: str  # comment, review, commit, run or deployment
    at: datetime
    order: int
    noun: Comment | Review | Commit | Attempt | Deployment
    run: WorkflowRun | None = None


def timeline(store: Store, repository: Repository, pull: Pull) -> list[Entry]:
    """This function will give everything that happened on a pull request, oldest first."""
    commits = commits_of(store, repository, pull)
    shas = {commit.sha for commit in commits}
    entries = [
        *(Entry(kind="commit", at=commit.at, order=0, noun=commit) for commit in commits),
        *(
            Entry(kind="comment", at=comment.created_at, order=comment.id, noun=comment)
            for comment in pull.issue.comments
        ),
        *(
            Entry(kind="review", at=review.submitted_at, order=review.id, noun=review)
            for review in pull.reviews
        ),
        *_runs(repository.runs.values(), shas),
        *(
            Entry(kind="deployment", at=deployment.created_at, order=deployment.id, noun=deployment)
            for deployment in repository.deployments.values()
            if deployment.sha in shas
        ),
    ]
    return sorted(entries, key=lambda entry: (entry.at, entry.order))


def _runs(runs: Iterable[WorkflowRun], shas: set[str]) -> Iterator[Entry]:
    for run in runs:
        if run.head_sha in shas:
            for attempt in run.attempts:
                yield Entry(kind="run", at=attempt.started_at, order=run.id, noun=attempt, run=run)


def commits_of(store: Store, repository: Repository, pull: Pull) -> list[Commit]:
    """This function will give the commits a pull request adds to its base, oldest first."""
    return [store.commits[sha] for sha in methods.own_commits(store, repository, pull)]


def newest_checks(repository: Repository, sha: str) -> list[CheckRun]:
    """This function will give the newest check run of each App and name on a commit, worst first, the bot's on top."""
    newest = {(check.app.id, check.name): check for check in repository.checks_by_sha.get(sha, ())}
    return sorted(
        newest.values(),
        key=lambda check: (
            check.app.slug == "github-actions",
            state_of(check.status, check.conclusion).kind not in {"bad", "wait"},
            check.name,
        ),
    )


def summary_of(repository: Repository, sha: str) -> StateWord:
    """This function will sum up the checks of a commit in a word."""
    return overall((check.status, check.conclusion) for check in newest_checks(repository, sha))


def open_pulls(repository: Repository) -> list[Pull]:
    """This function will give the open pull requests, newest first."""
    return [pull for pull in reversed(repository.pulls.values()) if pull.issue.state == "open"]


def open_issues(repository: Repository) -> list[Issue]:
    """This function will give the open issues that are no pull requests, newest first."""
    return [
        issue for issue in reversed(repository.issues.values()) if issue.state == "open" and not issue.is_pull
    ]

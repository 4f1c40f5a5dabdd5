"""What can happen to check suites and check runs: create, update, complete, ask again, press a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state.reports import CheckRun, CheckSuite
from bot.localhub.state.store import Happening

if TYPE_CHECKING:
    from bot.localhub.state.nouns import App, Repository, User
    from bot.localhub.state.store import Store

# Worst first: what a suite concludes from its runs.
ORDER = (
    "startup_failure",
    "failure",
    "timed_out",
    "cancelled",
    "action_required",
    "stale",
    "success",
    "neutral",
    "skipped",
)


def new_suite(  # noqa: PLR0913 - a suite has these parts
    store: Store,
    repository: Repository,
    app: App,
    *,
    sha: str,
    branch: str | None = None,
    before: str | None = None,
) -> CheckSuite:
    """This function will open a check suite for an App on a commit."""
    now = store.now()
    made = CheckSuite(
        id=store.next_id(),
        app=app,
        head_sha=sha,
        head_branch=branch if branch is not None else branch_of(repository, sha),
        before=before,
        created_at=now,
        updated_at=now,
    )
    repository.check_suites[made.id] = made
    repository.suites_by_sha.setdefault(sha, []).append(made)
    return made


def branch_of(repository: Repository, sha: str) -> str | None:
    """This function will give a branch whose tip is this commit, if any."""
    return next((name for name, tip in repository.branches.items() if tip == sha), None)


def suite_for(store: Store, repository: Repository, app: App, sha: str) -> CheckSuite:
    """This function will give the App's check suite on a commit, opened on first use."""
    for suite in repository.suites_by_sha.get(sha, ()):
        if suite.app is app:
            return suite
    return new_suite(store, repository, app, sha=sha)


def request_suite(store: Store, repository: Repository, *, branch: str, before: str, sha: str) -> None:
    """This function will ask the installed App for a check suite, as every push does with `checks: write`."""
    installation = store.installation_of(repository)
    if installation is None or installation.permissions.get("checks") != "write":
        return
    if any(suite.app is installation.app for suite in repository.suites_by_sha.get(sha, ())):
        return
    suite = new_suite(store, repository, installation.app, sha=sha, branch=branch, before=before)
    _tell_suite(store, repository, suite, "requested", installation.app.bot)


def add_run(  # noqa: PLR0913 - a check run has these parts
    store: Store,
    repository: Repository,
    suite: CheckSuite,
    *,
    name: str,
    external_id: str = "",
    details_url: str | None = None,
) -> CheckRun:
    """This function will add a check run to a suite without telling anyone yet."""
    number = store.next_id()
    made = CheckRun(
        id=number,
        app=suite.app,
        suite=suite,
        name=name,
        head_sha=suite.head_sha,
        external_id=external_id,
        details_url=details_url or f"{store.base_url}/{repository.full_name}/runs/{number}",
        started_at=store.now(),
    )
    repository.check_runs[number] = made
    repository.checks_by_sha.setdefault(suite.head_sha, []).append(made)
    suite.runs.append(made)
    return made


def tell_run(
    store: Store, repository: Repository, run: CheckRun, action: str, sender: User | None = None
) -> None:
    """This function will tell that a check run was created or completed."""
    who = sender or run.app.bot
    store.emit(Happening(event="check_run", action=action, repository=repository, sender=who, subject=run))


def settle(
    store: Store, repository: Repository, run: CheckRun, *, status: str, conclusion: str | None
) -> None:
    """This function will set a check run's state, telling when it or its suite completes."""
    now = store.now()
    was_completed = run.status == "completed"
    run.status = status
    run.conclusion = conclusion
    run.completed_at = (run.completed_at or now) if status == "completed" else None
    if status == "completed" and not was_completed:
        tell_run(store, repository, run, "completed")
    settle_suite(store, repository, run.suite)


def settle_suite(store: Store, repository: Repository, suite: CheckSuite) -> None:
    """This function will conclude a suite from its newest runs of each name, telling when it completes."""
    newest: dict[str, CheckRun] = {run.name: run for run in suite.runs}
    before = suite.status
    suite.updated_at = store.now()
    if not newest or any(run.status != "completed" for run in newest.values()):
        suite.status = "in_progress" if newest else "queued"
        suite.conclusion = None
        return
    suite.status = "completed"
    suite.conclusion = min((run.conclusion or "neutral" for run in newest.values()), key=ORDER.index)
    if before != "completed":
        _tell_suite(store, repository, suite, "completed", suite.app.bot)


def request_action(
    store: Store, repository: Repository, run: CheckRun, *, identifier: str, user: User
) -> None:
    """This function will press one of the buttons of a check run."""
    store.emit(
        Happening(
            event="check_run",
            action="requested_action",
            repository=repository,
            sender=user,
            subject=run,
            extra={"requested_action": {"identifier": identifier}},
        )
    )


def rerequest_run(store: Store, repository: Repository, run: CheckRun, *, user: User) -> None:
    """This function will ask for a check run again, as its Re-run button does."""
    tell_run(store, repository, run, "rerequested", user)


def rerequest_suite(store: Store, repository: Repository, suite: CheckSuite, *, user: User) -> None:
    """This function will ask for all check runs of a suite again."""
    suite.status, suite.conclusion = "queued", None
    _tell_suite(store, repository, suite, "rerequested", user)


def _tell_suite(store: Store, repository: Repository, suite: CheckSuite, action: str, sender: User) -> None:
    store.emit(
        Happening(event="check_suite", action=action, repository=repository, sender=sender, subject=suite)
    )

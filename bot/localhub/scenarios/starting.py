"""Which workflow runs a push or a pull request starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.scenarios.plans import CI_PATH
from bot.localhub.state import git, runs, triggers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Pull, Repository, User
    from bot.localhub.state.store import Store


def pushed_runs(
    store: Store, repository: Repository, moved: tuple[str, str, str], actor: User
) -> Iterator[WorkflowRun]:
    """This function will request the runs of a push, given as its ref and the commits before and after."""
    ref, _, sha = moved
    if sha == git.ZERO:
        return
    sha = git.peeled(store, sha)  # an annotated tag is pushed as an object of its own
    files = store.commits[sha].files
    if (
        ref == f"refs/heads/{repository.default_branch}"
    ):  # GitHub knows the workflows of that branch, run or not
        for path in triggers.workflow_files(files):
            runs.workflow_of(store, repository, path, name=triggers.name_of(files[path], path))
    for path in triggers.started_by_push(files, ref):
        workflow = runs.workflow_of(store, repository, path, name=triggers.name_of(files[path], path))
        new = runs.NewRun(head_sha=sha, head_branch=ref.split("/", 2)[2], actor=actor, event="push")
        yield runs.start_run(store, repository, workflow, new)


def pull_runs(
    store: Store, repository: Repository, pull: Pull, actor: User, *, by_files: bool
) -> Iterator[WorkflowRun]:
    """This function will request the runs of a pull request: of CI alone, or those that its files name."""
    files = store.commits[pull.head_sha].files
    paths = triggers.started_by_pull(files, pull.base_ref) if by_files else (CI_PATH,)
    for path in paths:
        name = triggers.name_of(files[path], path) if by_files else "CI"
        workflow = runs.workflow_of(store, repository, path, name=name, dispatchable=by_files)
        new = runs.NewRun(
            head_sha=pull.head_sha,
            head_branch=pull.head_ref,
            head_repository=pull.head_repository,
            actor=actor,
            title=pull.issue.title,
        )
        yield runs.start_run(store, repository, workflow, new)

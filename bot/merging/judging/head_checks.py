"""Reads how the checks of a commit stand that may be merged, or onto which is merged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.deployments.judging.fact_checks import newest_checks, newest_statuses
from bot.github.actions import list_runs
from bot.github.checks import list_checks
from bot.github.models import Conclusion
from bot.github.statuses import list_statuses
from bot.merging.model import CHECK

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from bot.deployments.judging.fact_model import CheckFact
    from bot.github.client import RepositoryClient
    from bot.github.models import CheckRun, CommitStatus, Sha
    from bot.github.run_models import WorkflowRun
    from bot.merging.judging.expected import ExpectedCheck

# Not what a push or a pull request started, and so no evidence about it that anybody waits for.
_BY_HAND = {"workflow_dispatch", "repository_dispatch", "schedule", "dynamic"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadChecks:
    """The newest word of every check of a commit, and what else they tell."""

    checks: tuple[CheckFact, ...]
    still_since: datetime | None  # when the last of the expected ones ended
    is_busy: bool  # whether anything still runs that may report
    held_runs: int  # workflow runs that wait until a maintainer lets them begin


async def read_head_checks(
    repo: RepositoryClient, sha: Sha, expected: Collection[ExpectedCheck]
) -> HeadChecks:
    """This function will read the checks of a commit: of every App and every attempt, without our own on merging.

    Raises:
        GitHubError: something could not be read.
    """
    own = (await repo.identity()).id
    runs = await list_runs(repo, head_sha=sha)
    found = await list_checks(repo, sha, every_attempt=True)
    checks = [each for each in found if each.app_id != own or each.name != CHECK]
    statuses = await list_statuses(repo, sha)
    names = {one.name for one in expected}
    running = [run for run in runs if not run.is_completed and run.event not in _BY_HAND]
    return HeadChecks(
        checks=(*_of_runs(checks, runs), *_of_statuses(statuses, expected)),
        still_since=max(_ends(checks, statuses, names), default=None),
        is_busy=bool(running) or any(_is_running(check, own) for check in checks),
        held_runs=sum(run.conclusion is Conclusion.ACTION_REQUIRED for run in runs),
    )


def _of_runs(checks: Sequence[CheckRun], runs: Sequence[WorkflowRun]) -> tuple[CheckFact, ...]:
    """The newest word of each App, name, workflow and what started it; a run that is done again takes it back.

    The jobs of an attempt appear one by one, and the old ones look green in between.
    https://github.com/kubernetes-sigs/prow/issues/337
    """
    by_suite: dict[int | None, WorkflowRun] = {run.suite_id: run for run in runs if run.suite_id}
    origin = {
        check.id: f"{run.path} {run.event}"
        for check in checks
        if (run := by_suite.get(check.suite_id)) is not None
    }
    retold = [
        replace(check, status="queued", conclusion=None)
        if _is_repeated(check, by_suite.get(check.suite_id))
        else check
        for check in checks
    ]
    return newest_checks(retold, origin)


def _is_repeated(check: CheckRun, run: WorkflowRun | None) -> bool:
    """Whether its workflow run has begun again since and has not ended."""
    if run is None or run.is_completed or run.attempt == 1:
        return False
    return run.started_at is None or check.started_at is None or check.started_at < run.started_at


def _of_statuses(
    statuses: Sequence[CommitStatus], expected: Collection[ExpectedCheck]
) -> Iterator[CheckFact]:
    """A status does not say which App wrote it; where one App alone counts, a bot's word is taken for its.

    GitHub holds the very same demand against the merge itself; without this nothing would ever satisfy it.
    https://github.com/Mergifyio/mergify/issues/5175
    """
    bound = {one.name: one.app_id for one in expected if one.app_id is not None}
    by_bot = {status.context: status.creator.is_bot for status in reversed(statuses)}
    for fact in newest_statuses(statuses):
        yield replace(fact, app_id=bound.get(fact.name)) if by_bot[fact.name] else fact


def _ends(
    checks: Sequence[CheckRun], statuses: Sequence[CommitStatus], names: Collection[str]
) -> Iterator[datetime]:
    for check in checks:
        if check.name in names and check.completed_at is not None:
            yield check.completed_at
    for status in statuses:
        if status.context in names:
            yield status.created_at


def _is_running(check: CheckRun, own: int) -> bool:
    return check.app_id != own and check.status != "completed"

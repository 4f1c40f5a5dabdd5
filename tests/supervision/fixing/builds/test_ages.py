"""Which builds of a branch are its newest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.github.models import Conclusion, Sha
from bot.github.run_models import WorkflowRun
from bot.supervision.fixing.builds.ages import newest_builds
from bot.supervision.fixing.builds.model import Age, BranchLook
from tests.support.fix_facts import NOW

if TYPE_CHECKING:
    from bot.supervision.fixing.builds.model import Build

OLD, HEAD = Sha("a" * 40), Sha("b" * 40)
CI, DOCS = ".github/workflows/ci.yml", ".github/workflows/docs.yml"


def run(
    number: int, sha: Sha = HEAD, *, path: str = CI, is_running: bool = False, **changes: Any
) -> WorkflowRun:
    """This function will make a red run of main."""
    told = {
        "name": "CI",
        "workflow_id": 1,
        "attempt": 1,
        "event": "push",
        "head_branch": "main",
        "head_repository": "octo/harbour",
        "pull_requests": (),
        "html_url": "",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return WorkflowRun(
        id=number,
        path=path,
        head_sha=sha,
        status="in_progress" if is_running else "completed",
        conclusion=None if is_running else Conclusion.FAILURE,
        **{**told, **changes},
    )


def newest(*finished: WorkflowRun, head: tuple[WorkflowRun, ...] = ()) -> tuple[Build, ...]:
    """This function will pick the newest builds."""
    return newest_builds(finished, head, repository="octo/harbour", head_sha=HEAD)


@pytest.mark.parametrize(
    ("finished", "head", "age"),
    [
        ((run(2), run(1, OLD)), (run(2),), Age.NEWEST),
        ((run(1, OLD),), (run(2, is_running=True),), Age.RUNNING),
        ((run(1, OLD),), (run(2, path=DOCS),), Age.PASSED_BY),
        ((run(1, OLD),), (run(2, path=DOCS, is_running=True),), Age.PASSED_BY),
        ((run(1, OLD),), (), Age.UNBUILT),
        ((run(1, OLD),), (run(2, event="workflow_dispatch"),), Age.UNBUILT),
        ((run(2),), (run(2), run(3, is_running=True, event="schedule")), Age.RUNNING),
    ],
)
def test_how_new_a_build_is(finished: Any, head: Any, age: Age) -> None:
    """A build stands for its branch until a newer one of its workflow begins, or the newest commit is not built."""
    (build,) = (one for one in newest(*finished, head=head) if one.run.path == CI)
    assert build.age is age
    assert build.is_red


def test_a_branch_that_was_moved_back() -> None:
    """A newer run of a commit that the branch no longer has says nothing of it."""
    (build,) = newest(run(9, OLD), run(5), head=(run(5),))
    assert (build.run.id, build.age) == (5, Age.NEWEST)


def test_what_is_no_build_of_the_branch() -> None:
    """Runs that somebody dispatched, and those of forks with a branch of that name, say nothing of the branch."""
    assert newest(run(1, event="workflow_dispatch"), run(2, head_repository="eve/harbour")) == ()


def test_the_newest_of_each_workflow() -> None:
    """Of each workflow the newest finished run counts, and of one run its newest attempt."""
    again = run(2, attempt=2)
    builds = newest(run(1, OLD), again, run(2), run(3, OLD, path=DOCS))
    assert [(one.run.path, one.run.id, one.run.attempt) for one in builds] == [(CI, 2, 2), (DOCS, 3, 1)]
    look = BranchLook(branch="main", head_sha=HEAD, builds=builds)
    assert look.of(DOCS) is builds[1]
    assert look.of("none") is None

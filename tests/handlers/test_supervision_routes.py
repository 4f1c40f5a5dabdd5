"""What events have builds looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.engine.model import Start
from bot.github.event_models import WorkflowRunEvent
from bot.github.models import Conclusion
from bot.supervision.model import NoticeBuild
from handlers import route
from tests.support.commands import PERSON, REPOSITORY, workflow_run

GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"


@pytest.mark.parametrize(
    ("branch", "event", "conclusion", "noticed"),
    [
        ("main", "push", Conclusion.FAILURE, True),
        ("main", "push", Conclusion.SUCCESS, False),
        ("main", "schedule", Conclusion.FAILURE, False),
        ("pilothouse/fix-0123abcd", "pull_request", Conclusion.SUCCESS, True),
        ("pilothouse/fix-0123abcd", "push", Conclusion.FAILURE, True),
        ("feature", "pull_request", Conclusion.FAILURE, False),
        (None, "push", None, False),
    ],
)
def test_builds_are_looked_at_where_one_broke_or_a_fix_was_built(
    branch: str | None, event: str, conclusion: Conclusion | None, *, noticed: bool
) -> None:
    run = replace(workflow_run(), head_branch=branch, event=event, conclusion=conclusion)
    told = WorkflowRunEvent(action="completed", repository=REPOSITORY, sender=PERSON, run=run)
    requests = [each.request for each in route("workflow_run", told, guid=GUID) if isinstance(each, Start)]
    found = [each for each in requests if isinstance(each, NoticeBuild)]
    expected = NoticeBuild(repository=REPOSITORY, branch=branch or "", cause=f"run-{run.id}-{run.attempt}")
    assert found == ([expected] if noticed else [])

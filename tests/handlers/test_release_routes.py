"""What the runs of a release's workflow start."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.engine.model import Start
from bot.github.events import WorkflowRunEvent
from bot.releases.model import BuildNews
from handlers.workflow_run import of_tag
from tests.support.commands import PERSON, REPOSITORY, workflow_run


def news(*, event: str = "push", branch: str | None = "v1.0.0") -> WorkflowRunEvent:
    """This function will make the event of a workflow run's end."""
    run = replace(workflow_run(), event=event, head_branch=branch)
    return WorkflowRunEvent(action="completed", repository=REPOSITORY, sender=PERSON, run=run)


@pytest.mark.parametrize("event", ["push", "workflow_dispatch"])
@pytest.mark.parametrize("tag", ["v1.0.0", "client/v0.4.0-rc.1", "2.0.0"])
def test_a_run_for_a_tag_is_told_to_its_release(event: str, tag: str) -> None:
    """A run for a pushed tag has the tag's name where others have their branch's."""
    (start,) = of_tag(news(event=event, branch=tag), "guid")
    assert isinstance(start, Start)
    assert start.run_id == "relay_build-41-1-completed"
    assert isinstance(start.request, BuildNews)
    assert start.request.tag == tag


@pytest.mark.parametrize("branch", ["main", "release/1.0", "feature", None])
def test_a_run_for_a_branch_costs_nothing(branch: str | None) -> None:
    assert of_tag(news(branch=branch), "guid") == ()


@pytest.mark.parametrize("event", ["pull_request", "schedule", "workflow_run"])
def test_a_run_of_another_kind_builds_no_release(event: str) -> None:
    assert of_tag(news(event=event), "guid") == ()

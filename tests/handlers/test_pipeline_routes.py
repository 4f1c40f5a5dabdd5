"""Which workflow runs are noted, and whose end is told to who follows them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.engine.model import Start
from bot.github.event_models import WorkflowRunEvent
from bot.stats.model import NoteRun
from bot.suites.model import RelaySuites
from handlers import route
from tests.support.commands import PERSON, REPOSITORY, workflow_run

GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"


@pytest.mark.parametrize(
    ("path", "event", "is_noted", "is_relayed"),
    [
        (".github/workflows/ci-build.yml", "push", True, False),
        (".github/workflows/tests-all.yml@refs/heads/main", "schedule", True, False),
        (".github/workflows/tests-all.yml", "workflow_dispatch", True, True),
        (".github/workflows/integration-tests.yml", "workflow_dispatch", True, True),
        (".github/workflows/deploy-prod.yml", "workflow_dispatch", True, False),
        (".github/workflows/pilothouse-alarm.yml", "schedule", False, False),
        (".github/workflows/ci.yml", "workflow_dispatch", False, False),
        ("dynamic/github-code-scanning/codeql", "dynamic", False, False),
    ],
)
def test_a_run_of_the_pack_is_noted_and_the_end_of_a_suite_is_told(
    path: str, event: str, *, is_noted: bool, is_relayed: bool
) -> None:
    run = replace(workflow_run(), path=path, event=event)
    told = WorkflowRunEvent(action="completed", repository=REPOSITORY, sender=PERSON, run=run)
    starts = [each for each in route("workflow_run", told, guid=GUID) if isinstance(each, Start)]

    noted = [each for each in starts if isinstance(each.request, NoteRun)]
    assert [each.run_id for each in noted] == [f"note_run-{run.id}-1"] * is_noted
    relayed = [each for each in starts if isinstance(each.request, RelaySuites)]
    assert [each.run_id for each in relayed] == [f"relay_suites-{run.id}-1"] * is_relayed

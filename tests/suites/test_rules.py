"""What a `/test` names is found, or refused with what there is instead; and what people see of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Head, Reason, Refused
from bot.config.mistakes import ConfigurationErrors
from bot.config.repository import configuration_from_yaml
from bot.github.models import Conclusion, Sha
from bot.github.run_models import Job
from bot.pack.detecting import ecosystem_of
from bot.pack.model import Workflow
from bot.suites.model import RedJob, SeenHead, SuiteRun, Target
from bot.suites.render import render_broken, render_list, render_runs, render_stopped, render_wanted
from bot.suites.rules import decide_targets, refuse_head, refuse_others, suites_of, words_of
from tests.support.commands import HEAD, OTHER, WEB, WRITTEN_AT, pull_request, workflow_run
from tests.support.diagnosis import FAILURE
from tests.support.pipeline_runs import POLICY

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from bot.config.pipeline import PipelineConfig

AT = Head(sha=HEAD, ref="feature")
TESTS, INTEGRATION = Workflow.TESTS, Workflow.INTEGRATION
TWO = """\
pipeline:
  projects:
    core: {kind: cargo}
    web: {kind: node, folder: web, manager: npm}
  groups:
    all: {packages: [core], category: property, time_limit: 20m}
"""


def _pipeline(text: str) -> PipelineConfig:
    config = configuration_from_yaml(text.encode())
    assert not isinstance(config, ConfigurationErrors), config
    assert config.pipeline is not None
    return config.pipeline


SUITES = suites_of(_pipeline(POLICY), ecosystem_of)
OF_TWO = suites_of(_pipeline(TWO), ecosystem_of)


def test_every_job_of_the_test_workflows_can_be_named_as_github_shows_it() -> None:
    assert [(one.name, one.workflow, one.category, one.time_limit) for one in SUITES] == [
        ("all-tests", TESTS, "unit", ""),
        ("storage-tests", TESTS, "unit", "45m"),
        ("meta-tests", TESTS, "property", "45m"),
        ("jepsen-tests", INTEGRATION, "jepsen", "1h"),
        ("fault-recovery", INTEGRATION, "integration", "30m"),
    ]
    assert [one.name for one in OF_TWO] == ["all-tests (core)", "all-tests (web)", "all"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("  a   b a ", ("a", "b")),
        ("all-tests (web) b", ("all-tests (web)", "b")),
        ("?", ("?",)),
        ("a (b", ("a", "b")),
    ],
)
def test_names_are_parted_as_github_writes_them(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("", ((TESTS, ""), (INTEGRATION, ""))),
        ("all", ((TESTS, ""), (INTEGRATION, ""))),
        ("tests-all", ((TESTS, ""),)),
        ("jepsen-tests Storage-Tests", ((INTEGRATION, "jepsen-tests"), (TESTS, "storage-tests"))),
        ("storage-tests tests-all jepsen-tests", ((TESTS, ""), (INTEGRATION, "jepsen-tests"))),
    ],
)
def test_each_workflow_run_is_wanted_once(text: str, targets: tuple[tuple[Workflow, str], ...]) -> None:
    expected = tuple(Target(workflow=workflow, suite=suite) for workflow, suite in targets)

    assert decide_targets(words_of(text), SUITES) == expected


def test_a_job_goes_before_a_word_of_ours_and_what_there_is_not_is_not_started() -> None:
    assert decide_targets(("all",), OF_TWO) == (Target(workflow=TESTS, suite="all"),)
    assert decide_targets((), [one for one in OF_TWO if one.name != "all"]) == (Target(workflow=TESTS),)
    refused = decide_targets(("integration-tests",), OF_TWO)
    assert isinstance(refused, Refused)


@pytest.mark.parametrize(
    ("words", "reason", "text"),
    [
        (("jepsen",), "unknown_suite", "`/test jepsen-tests`"),
        (("`; rm -rf`",), "unknown_suite", "`/test ?` lists what there is"),
    ],
)
def test_a_name_that_there_is_not_is_refused(words: tuple[str, ...], reason: str, text: str) -> None:
    refused = decide_targets(words, SUITES)

    assert isinstance(refused, Refused)
    assert refused.reason == reason
    assert text in refused.text


def test_too_many_at_once_are_refused_with_the_shorter_way() -> None:
    many = [replace(SUITES[1], name=f"t{number}") for number in range(11)]

    assert len(decide_targets([one.name for one in many[:10]], many)) == 10  # type: ignore[arg-type] # targets
    refused = decide_targets([one.name for one in many], many)
    assert isinstance(refused, Refused)
    assert "`/test tests-all`" in refused.text


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"state": "closed"}, "pull_request_closed"),
        ({"head_repository": "mallory/harbour"}, "fork_refused"),
        ({"head_repository": None}, "fork_refused"),
        ({"head_sha": OTHER}, "head_moved"),
    ],
)
def test_a_head_that_cannot_be_tested_is_refused(changes: dict[str, str | None], reason: str | None) -> None:
    pull = replace(pull_request(), **changes)  # type: ignore[arg-type] # each case names its own fields
    refused = refuse_head(SeenHead(pull=pull), AT, asked_at=WRITTEN_AT)

    assert (refused.reason if refused else None) == reason
    if reason == "head_moved":
        assert refused is not None
        assert f"{WEB}/compare/{HEAD}...{OTHER}" in refused.text


@pytest.mark.parametrize(("after", "is_refused"), [(timedelta(), False), (timedelta(seconds=1), True)])
def test_a_head_that_is_newer_than_the_words_is_refused(after: timedelta, *, is_refused: bool) -> None:
    seen = SeenHead(pull=pull_request(), pushed_at=WRITTEN_AT + after)
    assert (refuse_head(seen, AT, asked_at=WRITTEN_AT) is not None) is is_refused


def test_a_run_of_another_commit_is_refused() -> None:
    target = Target(workflow=TESTS)
    runs = [SuiteRun(target=target), SuiteRun(target=target, run=workflow_run())]
    assert refuse_others(runs, AT) is None
    refused = refuse_others(runs, replace(AT, sha=OTHER))
    assert refused is not None
    assert f"{WEB}/compare/{OTHER}...{HEAD}" in refused.text


def _job(number: int, name: str) -> Job:
    return Job(
        id=number,
        run_id=41,
        attempt=1,
        name=name,
        status="completed",
        conclusion=Conclusion.TIMED_OUT,
        html_url=f"{WEB}/actions/runs/41/job/{number}",
        head_sha=Sha(HEAD),
    )


def test_what_people_see(snapshot: SnapshotAssertion) -> None:
    jepsen = Target(workflow=INTEGRATION, suite="jepsen-tests")
    whole = Target(workflow=TESTS)
    red = workflow_run(42, conclusion=Conclusion.FAILURE)
    jobs = [RedJob(job=_job(number, f"<b>@all</b> {number}")) for number in range(11)]
    told = RedJob(job=_job(99, "jepsen-tests"), failures=(FAILURE, replace(FAILURE, tests=(), locations=())))
    runs = (
        SuiteRun(target=whole, workflow_run_id=41),
        SuiteRun(target=whole, workflow_run_id=41, run=workflow_run(41, status="in_progress")),
        SuiteRun(target=jepsen, workflow_run_id=42, run=red, red=(told, *jobs)),
        SuiteRun(target=jepsen, refused=Refused(reason=Reason.WORKFLOW_MISSING, text="not started. No.")),
    )
    assert [one.is_over for one in runs] == [False, False, True, True]
    assert render_runs(runs, AT) == snapshot(name="runs")
    assert render_list(SUITES) == snapshot(name="list")
    assert render_list(OF_TWO) == snapshot(name="list without suites")
    assert render_wanted((whole, jepsen), AT) == snapshot(name="wanted")
    assert render_stopped((red,)) == snapshot(name="stopped")
    assert render_stopped(()) == snapshot(name="nothing stopped")
    assert render_broken("KeyError") == snapshot(name="broken")

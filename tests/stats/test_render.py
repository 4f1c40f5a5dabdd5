"""What people see of a pipeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Refused
from bot.pack.model import Workflow
from bot.stats.asked import Asked, asked_of
from bot.stats.model import Figures, JobFigures
from bot.stats.render import changed, render_stats, render_workflow, spark
from bot.stats.rules import PipelineStats, Span, WorkflowStats, measure
from tests.support.diagnosis import NOON
from tests.support.pipeline_samples import pipeline_run, weeks

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

SPAN = Span(begin=NOON - timedelta(days=7), end=NOON)
PAGE = "https://bot.example.org/ci/42/metrics/token"


def _of(stats: PipelineStats, workflow: Workflow) -> WorkflowStats:
    return next(one for one in stats.workflows if one.workflow is workflow)


def test_a_week(snapshot: SnapshotAssertion) -> None:
    assert render_stats(measure(weeks(NOON), SPAN), days=7, page=PAGE) == snapshot


def test_a_first_day(snapshot: SnapshotAssertion) -> None:
    """Nothing is known of what was before, of tests or of caches, and nothing is made up."""
    assert render_stats(measure([pipeline_run()], SPAN), days=7) == snapshot


def test_one_workflow_with_its_jobs(snapshot: SnapshotAssertion) -> None:
    stats = measure(weeks(NOON), SPAN)
    assert render_workflow(stats, _of(stats, Workflow.BUILD), days=7) == snapshot


def test_one_that_told_nothing_of_its_jobs(snapshot: SnapshotAssertion) -> None:
    stats = measure([replace(pipeline_run(Workflow.RELEASE), conclusion="")], SPAN)
    assert render_workflow(stats, stats.workflows[0], days=30) == snapshot


def test_names_of_strangers_render_as_text_and_many_are_cut(snapshot: SnapshotAssertion) -> None:
    hostile = [JobFigures(name="<img src=x> @all [x](http://evil) `|`", seconds=999_999)]
    many = [JobFigures(name=f"job {number}", seconds=number) for number in range(100)]
    run = replace(pipeline_run(), figures=Figures(jobs=(*hostile, *many)))
    broken = replace(pipeline_run(), run_id=7, figures=Figures(problem="@all <b>"))
    stats = measure([broken, run], SPAN)

    text = render_workflow(stats, stats.workflows[0], days=7)

    assert "and 41 jobs more" in text
    assert [line for line in text.splitlines() if "img" in line or "could not" in line] == snapshot


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ((), ""),
        ((None, None), ""),
        ((5.0,), "█"),
        ((0.0, None, 8.0, 4.0, 6.0), "▁·█▅▆"),
        ((0.0, 0.0), "▁▁"),
    ],
)
def test_a_trend_is_drawn_in_a_line(values: tuple[float | None, ...], drawn: str) -> None:
    assert spark(values) == drawn


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (None, 5.0, "—"),
        (5.0, None, "—"),
        (5.0, 0.0, "—"),
        (104.0, 100.0, "as before"),
        (125.0, 100.0, "25 % longer"),
        (50.0, 100.0, "50 % shorter"),
    ],
)
def test_what_changed_is_said_where_it_did(now: float | None, before: float | None, said: str) -> None:
    assert changed(now, before) == said


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ((), Asked(days=7)),
        (("30d",), Asked(days=30)),
        (("CI-Build.yml",), Asked(workflow=Workflow.BUILD)),
        (("tests-all", "30D"), Asked(days=30, workflow=Workflow.TESTS)),
        (("", "deploy-prod"), Asked(workflow=Workflow.DEPLOY)),
    ],
)
def test_words_are_understood_in_any_order(words: tuple[str, ...], asked: Asked) -> None:
    assert asked_of(words) == asked


@pytest.mark.parametrize(
    ("word", "hint"), [("test-all", "`/stats tests-all`"), ("90d", "`/stats 30d`"), ("@x`", "")]
)
def test_a_word_that_means_nothing_is_refused(word: str, hint: str) -> None:
    refused = asked_of((word,))

    assert isinstance(refused, Refused)
    assert refused.reason == "unknown_workflow"
    assert ("Did you mean" in refused.text) is bool(hint)
    assert hint in refused.text

"""The Grafana dashboards and the alert rules ask only for metrics that are told."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from bot.cli import main
from bot.costs.model import ActionState, GapKind
from bot.supervision.runs.model import RunState
from bot.supervision.sessions.model import SessionState
from bot.web.agents.metrics import GAUGES as SUPERVISION_GAUGES
from bot.web.costs.metrics import GAUGES as COST_GAUGES
from bot.web.pipeline.metrics import GAUGES as PIPELINE_GAUGES
from tests.support.panels import assert_laid_out

if TYPE_CHECKING:
    from collections.abc import Iterator

# What stands in braces behind a metric, and what is summed or matched by.
_SELECTED = re.compile(r"(pilothouse_\w+)(?:\{([^}]*)\})?")
_GROUPED = re.compile(r"(?:by|ignoring) \(([^)]*)\)")
_MATCHER = re.compile(r'(\w+)(=~?)"([^"]*)"')


# By the group of commands that prints them.
TOLD = {"costs": COST_GAUGES, "supervision": SUPERVISION_GAUGES, "stats": PIPELINE_GAUGES}
PARTS = pytest.mark.parametrize("part", TOLD)


def _printed(part: str, name: str) -> str:
    said = CliRunner().invoke(main, [part, name])
    assert said.exit_code == 0, said.output
    return said.output


def _dashboard(part: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(_printed(part, "dashboard"))
    return made


def _rules(part: str) -> list[dict[str, Any]]:
    (group,) = YAML(typ="safe").load(_printed(part, "alerts"))["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def _expressions(part: str) -> Iterator[str]:
    for panel in _dashboard(part)["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    yield from (rule["expr"] for rule in _rules(part))


@pytest.mark.parametrize(("part", "expression"), [(part, one) for part in TOLD for one in _expressions(part)])
def test_every_metric_and_label_that_is_asked_for_is_told(part: str, expression: str) -> None:
    known = {name: {"repository", *labels} for name, (_, labels) in TOLD[part].items()}
    asked = _SELECTED.findall(expression)
    labels = set().union(*(known[name] for name, _ in asked))

    assert asked
    for name, selector in asked:
        assert {label for label, _, _ in _MATCHER.findall(selector)} <= known[name]
    for group in _GROUPED.findall(expression):
        assert {label.strip() for label in group.split(",")} <= labels
    for opening, closing in ("()", "{}"):
        assert expression.count(opening) == expression.count(closing)


@PARTS
def test_every_value_that_is_asked_for_by_name_exists(part: str) -> None:
    words = {
        *GapKind,
        *ActionState,
        *SessionState,
        *RunState,
        "likely",
        "0.5",
        "0.9",
        "success",
        "failure",
        "$repository",
    }

    said = {value for one in _expressions(part) for _, _, value in _MATCHER.findall(one)}
    assert {word for value in said for word in value.split("|")} <= words


@PARTS
def test_every_metric_is_on_the_dashboard(part: str) -> None:
    asked = {name for one in _expressions(part) for name, _ in _SELECTED.findall(one)}

    assert asked == set(TOLD[part])


@PARTS
def test_panels_neither_overlap_nor_share_a_number(part: str) -> None:
    assert_laid_out(_dashboard(part)["panels"])


@PARTS
def test_every_alert_says_which_repository(part: str) -> None:
    for rule in _rules(part):
        assert "{{ $labels.repository }}" in rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in {"warning", "critical"}

"""The Grafana dashboard and the alert rules ask only for metrics that are told."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from bot.cli import main
from bot.costs.model import ActionState, GapKind
from bot.web.costs.metrics import GAUGES

if TYPE_CHECKING:
    from collections.abc import Iterator

# What stands in braces behind a metric, and what is summed or matched by.
_SELECTED = re.compile(r"(pilothouse_\w+)(?:\{([^}]*)\})?")
_GROUPED = re.compile(r"(?:by|ignoring) \(([^)]*)\)")
_MATCHER = re.compile(r'(\w+)(=~?)"([^"]*)"')


def _printed(name: str) -> str:
    said = CliRunner().invoke(main, ["costs", name])
    assert said.exit_code == 0, said.output
    return said.output


def _dashboard() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(_printed("dashboard"))
    return made


def _rules() -> list[dict[str, Any]]:
    (group,) = YAML(typ="safe").load(_printed("alerts"))["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def _expressions() -> Iterator[str]:
    for panel in _dashboard()["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    yield from (rule["expr"] for rule in _rules())


@pytest.mark.parametrize("expression", list(_expressions()))
def test_every_metric_and_label_that_is_asked_for_is_told(expression: str) -> None:
    known = {name: {"repository", *labels} for name, (_, labels) in GAUGES.items()}
    asked = _SELECTED.findall(expression)
    labels = set().union(*(known[name] for name, _ in asked))

    assert asked
    for name, selector in asked:
        assert {label for label, _, _ in _MATCHER.findall(selector)} <= known[name]
    for group in _GROUPED.findall(expression):
        assert {label.strip() for label in group.split(",")} <= labels
    for opening, closing in ("()", "{}"):
        assert expression.count(opening) == expression.count(closing)


def test_every_value_that_is_asked_for_by_name_exists() -> None:
    words = {*GapKind, *ActionState, "likely", "$repository"}

    values = {value for one in _expressions() for _, _, value in _MATCHER.findall(one)}
    assert values <= words


def test_every_metric_is_on_the_dashboard() -> None:
    asked = {name for one in _expressions() for name, _ in _SELECTED.findall(one)}

    assert asked == set(GAUGES)


def test_panels_neither_overlap_nor_share_a_number() -> None:
    panels = _dashboard()["panels"]
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) == 23
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_every_alert_says_which_repository() -> None:
    for rule in _rules():
        assert "{{ $labels.repository }}" in rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in {"warning", "critical"}

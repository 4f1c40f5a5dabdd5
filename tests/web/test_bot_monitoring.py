"""The dashboard and the alerts of the bot itself: they ask for what is told, and fire when they should."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from bot.cli import main
from bot.cli.monitoring import PARTS
from tests.support.debian import debian_program
from tests.support.panels import assert_laid_out
from tests.support.told_metrics import told

if TYPE_CHECKING:
    from collections.abc import Mapping

_SELECTED = re.compile(r"\b((?:pilothouse|process)_\w+)(?:\{([^}]*)\})?")
_GROUPED = re.compile(r"\b(?:by|without) \(([^)]*)\)")
_MATCHER = re.compile(r'(\w+)(=~?|!=|!~)"([^"]*)"')
_DOCUMENT = Path("docs/observability.md")
# Prometheus itself gives every series these.
_OWN = {"instance", "job"}
# Told for whoever wants them; no panel and no alert needs them.
_ASIDE = {"process_virtual_memory_bytes", "process_start_time_seconds", "process_open_fds", "process_max_fds"}


def _printed(*arguments: str) -> str:
    said = CliRunner().invoke(main, ["monitoring", *arguments])
    assert said.exit_code == 0, said.output
    return said.output


def _rules() -> list[dict[str, Any]]:
    (group,) = YAML(typ="safe").load(_printed("alerts", "bot"))["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def _panels() -> list[dict[str, Any]]:
    panels: list[dict[str, Any]] = json.loads(_printed("dashboard"))["panels"]
    return panels


def _expressions() -> list[str]:
    return [
        *(target["expr"] for panel in _panels() for target in panel["targets"]),
        *(r["expr"] for r in _rules()),
    ]


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, set[str]]:
    return asyncio.run(told(tmp_path_factory.mktemp("told")))


def test_every_metric_and_label_that_is_asked_for_is_told(known: Mapping[str, set[str]]) -> None:
    for expression in _expressions():
        asked = _SELECTED.findall(expression)
        labels = _OWN.union(*(known[name] for name, _ in asked))
        for name, selector in asked:
            assert {label for label, _, _ in _MATCHER.findall(selector)} <= known[name] | _OWN, expression
        for group in _GROUPED.findall(expression):
            assert {label.strip() for label in group.split(",")} <= labels, expression


def test_every_metric_is_on_the_dashboard_or_in_an_alert(known: Mapping[str, set[str]]) -> None:
    asked = {_family(name) for expression in _expressions() for name, _ in _SELECTED.findall(expression)}

    assert {_family(name) for name in known} - _ASIDE == asked


def _family(name: str) -> str:
    return re.sub(r"_(bucket|count|sum)$", "", name)


def test_names_follow_prometheus_s_conventions(known: Mapping[str, set[str]]) -> None:
    for name in known:
        assert re.fullmatch(r"(pilothouse|process)_[a-z0-9_]+", name)
        assert not known[name] & {"repository", "number", "delivery", "run", "head_sha", "user"}


def test_panels_neither_overlap_nor_share_a_number() -> None:
    assert_laid_out(_panels())


def test_the_documentation_has_every_alert_and_every_metric(known: Mapping[str, set[str]]) -> None:
    text = _DOCUMENT.read_text("utf-8")

    for rule in _rules():
        assert f"`{rule['alert']}`" in text
    for name in {_family(name) for name in known} - _ASIDE:
        assert f"`{name}`" in text, name


@pytest.fixture(scope="session")
def promtool() -> str:
    return debian_program("promtool")


@pytest.mark.parametrize("part", [*PARTS, "all"])
def test_prometheus_takes_the_rules(part: str, promtool: str, tmp_path: Path) -> None:
    file = tmp_path / "rules.yml"
    file.write_text(_printed("alerts", part), "utf-8")

    said = subprocess.run(
        [promtool, "check", "rules", str(file)], capture_output=True, text=True, check=False
    )

    assert said.returncode == 0, said.stdout + said.stderr


def test_alerts_fire_when_they_should_and_else_do_not(promtool: str, tmp_path: Path) -> None:
    """Prometheus itself plays the cases: what is told over time, and which alerts are there then."""
    (tmp_path / "rules.yml").write_text(_printed("alerts", "bot"), "utf-8")
    cases = tmp_path / "cases.yml"
    shutil.copy(Path("tests/data/monitoring/alerts.yml"), cases)

    said = subprocess.run(
        [promtool, "test", "rules", str(cases)], capture_output=True, text=True, check=False
    )

    assert said.returncode == 0, said.stdout + said.stderr


def test_every_alert_has_a_case() -> None:
    cases = YAML(typ="safe").load(Path("tests/data/monitoring/alerts.yml").read_text("utf-8"))["tests"]

    fired = {
        each["alertname"] for case in cases for each in case["alert_rule_test"] if each.get("exp_alerts")
    }
    assert fired == {rule["alert"] for rule in _rules()}

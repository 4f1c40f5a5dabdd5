"""What the pack's own action writes is what is read."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import TYPE_CHECKING

from bot.pack.rendering import pack
from bot.stats.model import CacheHit, Counts, JobFigures
from bot.stats.reading import read_figures

if TYPE_CHECKING:
    import pytest

REPORT = Path(pack.__file__).parents[2] / "templates" / "actions" / "pilothouse-report" / "report.py"
JUNIT = """\
<testsuites><testsuite>
  <testcase classname="hull" name="floats"/>
  <testcase classname="hull" name="prop_floats"><skipped/></testcase>
  <testcase classname="hull" name="sinks"><failure/></testcase>
</testsuite></testsuites>
"""


def test_figures_that_the_reporting_action_writes_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / "left" / "hull"
    left.mkdir(parents=True)
    figures = {
        "version": 1,
        "workflow": "tests-all",
        "name": "hull-tests",
        "status": "failure",
        "cache": "partial",
        "category": "unit",
        "project": "main",
        "seconds": 61,
    }
    (left / "figures.json").write_text(json.dumps(figures))
    (left / "junit-1.xml").write_text(JUNIT)
    metrics = tmp_path / "metrics.json"
    told = {
        "LEFT": tmp_path / "left",
        "WORKFLOW": "tests-all",
        "CATEGORIES": json.dumps({"property": ["prop_*"]}),
        "METRICS": metrics,
        "GITHUB_STEP_SUMMARY": tmp_path / "summary.md",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, str(value))

    runpy.run_path(str(REPORT))["sum_up"]()

    read = read_figures(metrics.read_bytes())
    assert read.problem == ""
    assert read.jobs == (JobFigures(name="hull-tests", seconds=61, cache=CacheHit.PARTIAL),)
    assert read.tests == {"unit": Counts(passed=1, failed=1), "property": Counts(skipped=1)}

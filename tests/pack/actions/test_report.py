"""What the last job of a workflow tells."""

from __future__ import annotations

import json
from html import unescape
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.pack_programs import Machine, Ran

_REPORT = "pilothouse-report/report.py"


def _left(machine: Machine, name: str, cases: str = "", **figures: object) -> None:
    folder = machine.folder / "left" / f"test-results-{name}"
    folder.mkdir(parents=True)
    told = {"version": 1, "workflow": "tests-all", "name": name, "status": "success", "cache": "hit"}
    told |= {"category": "unit", "project": "main", "seconds": 61}
    (folder / "figures.json").write_text(json.dumps(told | figures))
    if cases:
        (folder / "junit-1.xml").write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")


def _case(name: str, end: str = "", of: str = "store") -> str:
    inside = f"<{end}/>" if end else ""
    return f'<testcase classname="{of}" name="{name}">{inside}</testcase>'


def _summed(machine: Machine, categories: object = None) -> tuple[Ran, dict[str, object]]:
    metrics = machine.folder / "metrics.json"
    told = {"WORKFLOW": "tests-all", "LEFT": str(machine.folder / "left"), "METRICS": str(metrics)}
    ran = machine.run(_REPORT, "sum-up", told=told | {"CATEGORIES": json.dumps(categories or {})})
    assert ran.code == 0, ran.text
    return ran, json.loads(metrics.read_text())


def test_figures_are_told_as_stats_reads_them(machine: Machine) -> None:
    """Each job's time and cache, each category's tests; what is unknown is left out, never 0."""
    _left(
        machine, "all-tests", _case("a") + _case("b", "failure") + _case("c", "skipped") + _case("d", "error")
    )
    _left(machine, "lost", seconds=None, cache="none")
    path = machine.folder / "left" / "test-results-lost" / "figures.json"
    path.write_text(
        json.dumps({key: value for key, value in json.loads(path.read_text()).items() if value is not None})
    )
    ran, metrics = _summed(machine)
    assert metrics == {
        "version": 1,
        "jobs": [{"name": "all-tests", "seconds": 61, "cache": "hit"}, {"name": "lost", "cache": "none"}],
        "tests": {"unit": {"passed": 1, "failed": 2, "skipped": 1}},
    }
    assert "| <code>all-tests</code> | <code>success</code> | 1 min 01 s | <code>hit</code> |" in ran.summary
    assert "| <code>lost</code> | <code>success</code> | unknown |" in ran.summary
    assert "- <code>store&#58;&#58;b</code>\n- <code>store&#58;&#58;d</code>" in ran.summary


def test_a_test_that_several_jobs_run_counts_once(machine: Machine) -> None:
    """The whole and its parts run the same tests: each counts as its part says, failed where any of them failed."""
    _left(machine, "all-tests", _case("a") + _case("b") + _case("only here", "skipped"))
    _left(machine, "security-tests", _case("a", "failure") + _case("b", "skipped"), category="security")
    _, metrics = _summed(machine)
    assert metrics["tests"] == {
        "security": {"passed": 1, "failed": 1, "skipped": 0},
        "unit": {"passed": 0, "failed": 0, "skipped": 1},
    }


def test_the_same_name_in_two_projects_is_two_tests(machine: Machine) -> None:
    """Projects know nothing of each other's names."""
    _left(machine, "all-tests (a)", _case("same"), project="a")
    _left(machine, "all-tests (b)", _case("same"), project="b")
    assert _summed(machine)[1]["tests"] == {"unit": {"passed": 2, "failed": 0, "skipped": 0}}


@pytest.mark.parametrize("pattern", ["*prop_*", "prop_adds", "store::prop_adds", "prop*"])
def test_patterns_name_categories(machine: Machine, pattern: str) -> None:
    """A pattern is held against the full name and against the last part of it."""
    _left(machine, "all-tests", _case("prop_adds") + _case("adds[1]"))
    _, metrics = _summed(machine, {"property": [pattern], "never": ["[a-z]*", "adds?1?"]})
    assert metrics["tests"] == {
        "property": {"passed": 1, "failed": 0, "skipped": 0},
        "unit": {"passed": 1, "failed": 0, "skipped": 0},
    }


def test_jobs_of_other_workflows_are_left_to_them(machine: Machine) -> None:
    """A workflow that calls several keeps what all their jobs left in one place."""
    _left(machine, "all-tests")
    _left(machine, "fmt", workflow="ci-build")
    assert [job["name"] for job in _summed(machine)[1]["jobs"]] == ["all-tests"]  # type: ignore[attr-defined] # a list


def test_names_of_others_are_text_on_the_page(machine: Machine) -> None:
    """A test's name can neither make a link, mention anybody nor break the table."""
    _left(machine, "all-tests", _case("a|`@b &lt;i> [x](y) www.e.org *z*", "failure"))
    shown = _summed(machine)[0].summary.rpartition("<code>")[2].partition("</code>")[0]
    assert unescape(shown) == "store::a|`@b <i> [x](y) www.e.org *z*"
    assert not set(shown.replace("&#", "")) & set("|`@<>[]*.:_&")


def test_broken_results_are_told_and_nothing_else_is_lost(machine: Machine) -> None:
    """A file that is no XML, or that would grow without end, counts nothing; the others count."""
    bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY {one} '{'&' + other + ';' * 1}{('&' + other + ';') * 9}'>"
        for one, other in zip("bcdefghij", "abcdefghi", strict=True)
    )
    _left(machine, "all-tests", _case("a"))
    _left(machine, "torn", "<testcase")
    _left(machine, "bomb")
    (machine.folder / "left" / "test-results-bomb" / "junit-1.xml").write_text(f"{bomb}]><x>&j;</x>")
    ran, metrics = _summed(machine)
    assert metrics["tests"] == {"unit": {"passed": 1, "failed": 0, "skipped": 0}}
    assert ran.text.count("::warning::") == 2


def test_nothing_left_is_nothing_told(machine: Machine) -> None:
    """A run whose jobs were all ended early has a page, and no tests of any category."""
    assert _summed(machine)[1] == {"version": 1, "jobs": [], "tests": {}}


@pytest.mark.parametrize(
    ("results", "is_green"),
    [
        ({"build": "success", "fmt": "success"}, True),
        ({"build": "success", "fmt": "skipped"}, True),
        ({"build": "success", "fmt": "failure"}, False),
        ({"build": "cancelled", "fmt": "success"}, False),
        ({"build": "somethingnew"}, False),
        ({}, True),
    ],
)
def test_it_is_green_only_if_all_are(machine: Machine, results: dict[str, str], *, is_green: bool) -> None:
    """Failed and cancelled jobs turn it red, those left out by design do not; what is not known is not green."""
    needs = {name: {"result": result, "outputs": {}} for name, result in results.items()}
    ran = machine.run(_REPORT, "judge", told={"NEEDS": json.dumps(needs)})
    assert (ran.code == 0) == is_green
    assert is_green or "::error::not green: " in ran.text

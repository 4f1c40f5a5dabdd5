"""Sums up what the jobs of a workflow left: a page for people, figures for `/stats`, whether all are green."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET  # Python's expat refuses entities that grow

MOST_TESTS = 200_000
MOST_SHOWN = 50
LONGEST = 300
SIGN = re.compile(r"[^A-Za-z0-9 /()-]")  # what could mean something to Markdown, as a number
OUTCOMES = ("passed", "failed", "skipped")


def left(folder: Path, workflow: str) -> list[tuple[dict[str, object], Path]]:
    """This function will read the figures of each job of that workflow, and say where its test results lie."""
    told = []
    for path in sorted(folder.rglob("figures.json")):
        figures = json.loads(path.read_text())
        if figures.get("workflow") == workflow:
            told.append((figures, path.parent))
    return sorted(told, key=lambda each: str(each[0]["name"]))


def tests_of(folder: Path) -> list[tuple[str, str]]:
    """This function will read the tests of a job: what each is called, and how it ended."""
    found = []
    for path in sorted(folder.glob("junit-*.xml")):
        try:
            cases = list(ET.parse(path).iter("testcase"))  # noqa: S314 - see the import
        except ET.ParseError as error:
            print(f"::warning::{path.parent.name}: its test results cannot be read: {error}")
            continue
        found += [(called(case), ended(case)) for case in cases]
    return found[:MOST_TESTS]


def called(case: ET.Element) -> str:
    """This function will name a test in full."""
    parts = (case.get("classname"), case.get("name"))
    return "::".join(part for part in parts if part)[:LONGEST]


def ended(case: ET.Element) -> str:
    """This function will tell how a test ended."""
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def gathered(jobs: list[tuple[dict[str, object], Path]]) -> dict[tuple[str, str], tuple[str, str]]:
    """This function will know each test once, though jobs share it: the worst end, the narrowest job's category."""
    known: dict[tuple[str, str], tuple[str, str]] = {}
    wide_first = sorted(jobs, key=lambda each: not str(each[0]["name"]).startswith("all-tests"))
    for figures, folder in wide_first:
        for name, end in tests_of(folder):
            test = (str(figures["project"]), name)
            before = known.get(test, ("", end))[1]
            known[test] = (str(figures["category"]), worse(before, end))
    return known


def worse(one: str, other: str) -> str:
    """This function will choose what counts where a test ended in two ways: failed before passed before skipped."""
    return next(end for end in ("failed", "passed", "skipped") if end in {one, other})


def counted(
    known: dict[tuple[str, str], tuple[str, str]], categories: dict[str, list[str]]
) -> dict[str, dict[str, int]]:
    """This function will count the tests by category: what their names say, else what their job says."""
    patterns = [
        (category, re.compile(".*".join(re.escape(part) for part in text.split("*"))))
        for category, texts in categories.items()
        for text in texts
    ]
    counts: dict[str, Counter[str]] = {}
    for (_, name), (category, end) in known.items():
        named = next((of for of, pattern in patterns if matches(pattern, name)), category or "unit")
        counts.setdefault(named, Counter())[end] += 1
    return {name: {end: counts[name][end] for end in OUTCOMES} for name in sorted(counts)}


def matches(pattern: re.Pattern[str], name: str) -> bool:
    """This function will hold a pattern against a test's full name, and against its name alone."""
    return bool(pattern.fullmatch(name) or pattern.fullmatch(name.rpartition("::")[2]))


def jobs_told(jobs: list[tuple[dict[str, object], Path]]) -> list[dict[str, object]]:
    """This function will tell each job's figures as `/stats` reads them; an unknown time is left out."""
    return [
        {key: figures[key] for key in ("name", "seconds", "cache") if key in figures} for figures, _ in jobs
    ]


def page(metrics: dict[str, object], jobs: list[dict[str, object]], failed: list[str]) -> str:
    """This function will write the page for people."""
    lines = ["| Job | Outcome | Time | Cache |", "| --- | --- | ---: | --- |"]
    for figures in jobs:
        row = (
            shown(figures["name"]),
            shown(figures["status"]),
            lasted(figures.get("seconds")),
            shown(figures["cache"]),
        )
        lines.append(f"| {' | '.join(row)} |")
    if tests := metrics["tests"]:
        lines += ["", "| Tests | Passed | Failed | Skipped |", "| --- | ---: | ---: | ---: |"]
        for category, counts in tests.items():  # type: ignore[attr-defined] # it is of `counted`
            numbers = " | ".join(f"{counts[end]:,}" for end in OUTCOMES)
            lines.append(f"| {shown(category)} | {numbers} |")
    if failed:
        more = len(failed) - MOST_SHOWN
        lines += ["", "Failed:", "", *(f"- {shown(name)}" for name in failed[:MOST_SHOWN])]
        lines += [f"- and {more:,} more"] if more > 0 else []
    return "\n".join(lines) + "\n"


def shown(text: object) -> str:
    """This function will write text of others so that it is nothing but text."""
    inside = SIGN.sub(lambda sign: f"&#{ord(sign[0])};", " ".join(str(text).split()))
    return f"<code>{inside}</code>"


def lasted(seconds: object) -> str:
    """This function will write a time as people read it."""
    if not isinstance(seconds, int):
        return "unknown"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def sum_up() -> None:
    """This function will write the page and the figures."""
    told = os.environ
    jobs = left(Path(told["LEFT"]), told["WORKFLOW"])
    known = gathered(jobs)
    tests = counted(known, json.loads(told["CATEGORIES"]))
    metrics: dict[str, object] = {"version": 1, "jobs": jobs_told(jobs), "tests": tests}
    Path(told["METRICS"]).write_text(json.dumps(metrics, indent=1))
    failed = sorted({name for (_, name), (_, end) in known.items() if end == "failed"})
    with Path(told["GITHUB_STEP_SUMMARY"]).open("a") as summary:
        summary.write(page(metrics, [figures for figures, _ in jobs], failed))


def judge() -> None:
    """This function will fail unless every job is green, or was left out by design."""
    results = {job: needed["result"] for job, needed in json.loads(os.environ["NEEDS"]).items()}
    for job, result in results.items():
        print(f"{job}: {result}")
    if bad := [job for job, result in results.items() if result not in {"success", "skipped"}]:
        sys.exit(f"::error::not green: {', '.join(bad)}")


if __name__ == "__main__":
    {"sum-up": sum_up, "judge": judge}[sys.argv[1]]()

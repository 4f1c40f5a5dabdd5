"""How the pack's files stand, by git's ids alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.doctor.judging.packing import PackFacts, judge_pack
from bot.doctor.model import Grade

BUILD, ALARM, ACTION = (
    ".github/workflows/ci-build.yml",
    ".github/workflows/pilothouse-alarm.yml",
    "action.yml",
)
FACTS = PackFacts(
    repository="acme/breakwater",
    offered={BUILD: "b1", ALARM: "a1", ACTION: "c1"},
    written={BUILD: "b1", ALARM: "a1", ACTION: "c1"},
    current={BUILD: "b1", ALARM: "a1", ACTION: "c1", "README.md": "r"},
)


def test_files_that_are_as_they_were_written_are_good() -> None:
    (finding,) = judge_pack(FACTS)

    assert (finding.grade, finding.text) == (Grade.GOOD, "3 are there and up to date")


def test_files_that_people_edited_are_good_and_named() -> None:
    (finding,) = judge_pack(replace(FACTS, current={**FACTS.current, ALARM: "mine"}))

    assert finding.grade is Grade.GOOD
    assert f"1 of them edited by people: {ALARM}" in finding.text


def test_files_of_an_earlier_version_are_told_with_the_command() -> None:
    (finding,) = judge_pack(replace(FACTS, offered={**FACTS.offered, BUILD: "b2"}))

    assert finding.grade is Grade.NOTICE
    assert f"1 of 3 files are of an earlier version or configuration: {BUILD}" in finding.text
    assert finding.remedy.endswith("pilothouse init --repo acme/breakwater")


def test_a_person_who_has_todays_version_already_has_it() -> None:
    facts = replace(FACTS, offered={**FACTS.offered, BUILD: "b2"}, current={**FACTS.current, BUILD: "b2"})

    assert [finding.grade for finding in judge_pack(facts)] == [Grade.GOOD]


def test_a_deleted_workflow_is_bad_where_merges_wait_for_its_check() -> None:
    facts = replace(FACTS, current={ACTION: "c1"})

    checks, others, _ = judge_pack(facts)

    assert (checks.grade, others.grade) == (Grade.BAD, Grade.GOOD)
    assert checks.remedy.endswith(f"pilothouse init --repo acme/breakwater --replace {BUILD}")
    assert ALARM in others.text


def test_files_that_the_pack_has_anew_and_files_of_ones_own_are_told() -> None:
    facts = replace(
        FACTS,
        offered={**FACTS.offered, "new.yml": "n", "own.yml": "o", "same.yml": "s"},
        current={**FACTS.current, "own.yml": "mine", "same.yml": "s"},
    )

    new, own, standing = judge_pack(facts)

    assert (new.grade, own.grade, standing.grade) == (Grade.NOTICE, Grade.NOTICE, Grade.GOOD)
    assert "new.yml" in new.text
    assert own.text.endswith("own.yml")


@pytest.mark.parametrize(("written", "trouble"), [({}, ""), (FACTS.written, "it cannot be read: broken")])
def test_a_pack_that_was_never_written_or_whose_record_is_broken_is_bad(
    written: dict[str, str], trouble: str
) -> None:
    (finding,) = judge_pack(replace(FACTS, written=written, trouble=trouble))

    assert finding.grade is Grade.BAD
    assert "pilothouse init --repo acme/breakwater" in finding.remedy

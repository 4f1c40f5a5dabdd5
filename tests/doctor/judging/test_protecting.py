"""Which required checks are right, by the source they are bound to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.doctor.judging.protecting import ProtectionFacts, judge_protection
from bot.doctor.model import Grade
from bot.github.branch_models import RequiredCheck

ACTIONS, OWN, OTHER = 15368, 4711, 99
FACTS = ProtectionFacts(
    branch="main",
    rules_page="https://github.com/acme/breakwater/settings/rules",
    is_protected=True,
    required=(),
    wanted=("ci-build",),
    waited_for=frozenset(),
    actions_app=ACTIONS,
    own_app=OWN,
)


def required(*sources: int | None, name: str = "ci-build") -> tuple[RequiredCheck, ...]:
    return tuple(RequiredCheck(context=name, app_id=source) for source in sources)


@pytest.mark.parametrize(
    ("sources", "grade", "words"),
    [
        ((), Grade.BAD, "not required"),
        ((ACTIONS,), Grade.GOOD, "of GitHub Actions"),
        ((None,), Grade.NOTICE, "of whatever source"),
        # classic protection binds it, a ruleset does not: the bound one decides
        ((None, ACTIONS), Grade.GOOD, "of GitHub Actions"),
        # GitHub remembers who reported a check, and takes no other source: "was not set by the expected GitHub app"
        # https://github.com/kubernetes-sigs/prow/issues/915
        ((OTHER,), Grade.BAD, "another App (99)"),
        ((ACTIONS, OTHER), Grade.BAD, "nothing can be merged"),
    ],
)
def test_a_check_of_the_pack_counts_by_its_source(
    sources: tuple[int | None, ...], grade: Grade, words: str
) -> None:
    (finding,) = judge_protection(replace(FACTS, required=required(*sources)))

    assert finding.subject == "check ci-build"
    assert finding.grade is grade
    assert words in finding.text
    assert bool(finding.remedy) is (grade is not Grade.GOOD)


def test_a_check_that_pilothouse_waits_for_by_itself_is_less_urgent() -> None:
    (finding,) = judge_protection(replace(FACTS, waited_for=frozenset({"ci-build"})))

    assert finding.grade is Grade.NOTICE


@pytest.mark.parametrize(("source", "grade"), [(OWN, Grade.GOOD), (None, Grade.NOTICE), (ACTIONS, Grade.BAD)])
def test_a_check_of_the_app_itself_must_come_from_it(source: int | None, grade: Grade) -> None:
    """Otherwise whoever may write statuses approves by a name."""
    facts = replace(FACTS, wanted=(), required=required(source, name="pilothouse / gate"))

    (finding,) = judge_protection(facts)

    assert (finding.subject, finding.grade) == ("check pilothouse / gate", grade)


@pytest.mark.parametrize("wanted", [(), ("ci-build", "tests-all")])
def test_a_branch_that_nothing_protects_is_one_finding(wanted: tuple[str, ...]) -> None:
    (finding,) = judge_protection(replace(FACTS, is_protected=False, wanted=wanted))

    assert finding.grade is Grade.BAD
    assert ("ci-build, tests-all" in finding.remedy) is bool(wanted)


def test_a_branch_without_a_pipeline_only_has_to_be_protected() -> None:
    (finding,) = judge_protection(replace(FACTS, wanted=(), required=required(OTHER, name="lint")))

    assert finding.grade is Grade.GOOD

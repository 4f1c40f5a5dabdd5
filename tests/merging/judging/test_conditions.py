"""What stands against a merge, each condition alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands.reasons import Reason
from bot.decisions.model import Outcome, Standing
from bot.github.models import Permission
from bot.github.review_models import ReviewState
from bot.merging.judging.conditions.evidence import PATIENCE
from bot.merging.judging.fact_model import (
    DependencyFact,
    DependencyState,
    MergeFacts,
    StackFact,
)
from bot.merging.judging.rules import decide_merge
from bot.merging.model import Source
from tests.support.commands import OTHER, ROBOT, WRITTEN_AT
from tests.support.merge_facts import (
    AUTHOR,
    BASE_IS_RED,
    BEHIND,
    BY_LABEL,
    BY_POLICY,
    CLOSED,
    FACTS,
    GREEN,
    HELD,
    NOW,
    RED,
    RUNNING,
    asking,
    merging,
    name_open,
    of_pull,
    of_rules,
    review,
)


def test_nothing_stands_against_a_green_pull_request() -> None:
    decision = decide_merge(FACTS)
    assert (decision.kind, decision.outcome, decision.reason) == ("merge", Outcome.PROCEED, "")


@pytest.mark.parametrize(
    "facts",
    [
        BY_POLICY,
        of_pull(BY_LABEL, labels=("AutoMerge",)),
        merging(checks=[], quiet="1h"),
        of_rules(merging(checks=[]), checks=()),
        of_pull(merging(freeze=CLOSED | {"allow": {"users": ["ada"]}}), is_fork=True),
        merging(blocking_labels=["wip"], blocking_titles=[]),
        merging(red_base=False),
        of_pull(BASE_IS_RED, behind=0),
        of_pull(merging(up_to_date=True), behind=0),
        of_pull(merging(up_to_date=True, train={}), behind=3),
        of_pull(of_rules(up_to_date=True, queue=True), behind=3),
        replace(of_pull(mergeable_state="blocked"), is_own_check_required=True),
        replace(of_rules(reviews=1), reviews=(review(sha=OTHER),)),
        replace(merging(reviews=1), reviews=(review(),)),
        of_rules(conversations=True),
        replace(of_rules(conversations=True), conversations=0),
        replace(FACTS, depends=(DependencyFact(name="#9", state=DependencyState.MERGED, url="u"),)),
        replace(FACTS, reviews=(review(ReviewState.CHANGES_REQUESTED, permission=Permission.READ),)),
        replace(FACTS, reviews=(review(ReviewState.CHANGES_REQUESTED, person=ROBOT),)),
        replace(FACTS, checks=(replace(GREEN, conclusion="skipped"),)),
        replace(FACTS, checks=(GREEN, replace(RED, name="nobody asks for it"))),
    ],
)
def test_it_is_merged(facts: MergeFacts) -> None:
    if facts.policy.quiet == "1h":
        facts = replace(facts, still_since=NOW - timedelta(hours=1))
    assert name_open(facts) == {}


@pytest.mark.parametrize(
    ("facts", "name", "standing", "reason"),
    [
        (of_pull(is_open=False), "pull_request", Standing.UNMET, Reason.PULL_REQUEST_CLOSED),
        (of_pull(is_open=False, is_merged=True), "pull_request", Standing.UNMET, Reason.ALREADY_MERGED),
        (asking(sha=OTHER), "head", Standing.UNMET, Reason.HEAD_MOVED),
        (
            replace(FACTS, configuration_mistakes=("line 1",)),
            "configuration",
            Standing.UNMET,
            Reason.CONFIGURATION_INVALID,
        ),
        (replace(FACTS, permission=Permission.TRIAGE), "role", Standing.UNMET, Reason.NOT_PERMITTED),
        (merging(permission="maintain"), "role", Standing.UNMET, Reason.NOT_PERMITTED),
        (
            of_pull(replace(BY_LABEL, permission=Permission.TRIAGE), labels=("automerge",)),
            "role",
            Standing.UNMET,
            Reason.NOT_PERMITTED,
        ),
        (BY_LABEL, "wanted", Standing.UNMET, Reason.WITHDRAWN),
        (asking(source=Source.LABEL), "wanted", Standing.UNMET, Reason.WITHDRAWN),
        (replace(BY_POLICY, change=None), "wanted", Standing.UNMET, Reason.NOT_AUTOMATIC),
        (of_pull(is_draft=True), "draft", Standing.UNMET, Reason.DRAFT),
        (replace(FACTS, hold=HELD), "hold", Standing.UNMET, Reason.HELD),
        (replace(FACTS, hold=replace(HELD, reason="")), "hold", Standing.UNMET, Reason.HELD),
        (of_pull(labels=("WIP", "Hold")), "labels", Standing.UNMET, Reason.BLOCKING_LABEL),
        (of_pull(labels=("hold",)), "labels", Standing.UNMET, Reason.BLOCKING_LABEL),
        (of_pull(title="[WIP] Mend"), "title", Standing.UNMET, Reason.BLOCKING_TITLE),
        (of_pull(title="Draft: mend"), "title", Standing.UNMET, Reason.BLOCKING_TITLE),
        (of_pull(merging(allow_forks=False), is_fork=True), "fork", Standing.UNMET, Reason.FORK_REFUSED),
        (asking(of_rules(linear=True), method="merge"), "method", Standing.UNMET, Reason.METHOD_REFUSED),
        (of_rules(merging(method="merge"), linear=True), "method", Standing.UNMET, Reason.METHOD_REFUSED),
        (of_rules(methods=()), "method", Standing.UNMET, Reason.METHOD_REFUSED),
        (
            replace(FACTS, reviews=(review(ReviewState.CHANGES_REQUESTED),)),
            "reviews",
            Standing.UNMET,
            Reason.CHANGES_REQUESTED,
        ),
        (merging(reviews=1), "reviews", Standing.UNMET, Reason.REVIEWS_MISSING),
        (of_rules(reviews=2), "reviews", Standing.UNMET, Reason.REVIEWS_MISSING),
        (
            replace(of_rules(reviews=1, dismisses_stale=True), reviews=(review(sha=OTHER),)),
            "reviews",
            Standing.UNMET,
            Reason.REVIEWS_MISSING,
        ),
        (
            replace(merging(reviews=1), reviews=(review(sha=OTHER),)),
            "reviews",
            Standing.UNMET,
            Reason.REVIEWS_MISSING,
        ),
        (
            replace(merging(reviews=1), reviews=(review(person=AUTHOR),)),
            "reviews",
            Standing.UNMET,
            Reason.REVIEWS_MISSING,
        ),
        (
            replace(FACTS, review_decision="REVIEW_REQUIRED"),
            "reviews",
            Standing.UNMET,
            Reason.REVIEWS_MISSING,
        ),
        (
            replace(of_pull(mergeable_state="blocked"), conversations=2),
            "github",
            Standing.PENDING,
            Reason.GITHUB_REFUSED,
        ),
        (
            replace(of_rules(conversations=True), conversations=1),
            "conversations",
            Standing.UNMET,
            Reason.CONVERSATIONS_OPEN,
        ),
        (
            replace(of_rules(conversations=True), conversations=2),
            "conversations",
            Standing.UNMET,
            Reason.CONVERSATIONS_OPEN,
        ),
        (
            replace(FACTS, rests_on=StackFact(number=11, title="Build the crane")),
            "stack",
            Standing.PENDING,
            Reason.STACKED,
        ),
        (of_pull(mergeable=None), "mergeable", Standing.PENDING, Reason.NOT_MERGEABLE),
        (of_pull(mergeable=False), "mergeable", Standing.UNMET, Reason.NOT_MERGEABLE),
        (replace(FACTS, checks=(RED,)), "checks", Standing.UNMET, Reason.CHECKS_FAILED),
        (replace(FACTS, checks=(RUNNING,)), "checks", Standing.PENDING, Reason.CHECKS_RUNNING),
        (replace(FACTS, checks=()), "checks", Standing.PENDING, Reason.CHECKS_RUNNING),
        (of_rules(checks=()), "checks", Standing.UNMET, Reason.NO_EVIDENCE),
        (
            replace(FACTS, checks=(), now=WRITTEN_AT + PATIENCE),
            "checks",
            Standing.UNMET,
            Reason.CHECKS_MISSING,
        ),
        (
            replace(FACTS, checks=(), now=WRITTEN_AT + PATIENCE, is_busy=True),
            "checks",
            Standing.PENDING,
            Reason.CHECKS_RUNNING,
        ),
        (
            replace(FACTS, checks=(), now=WRITTEN_AT + PATIENCE, head_at=WRITTEN_AT + timedelta(minutes=1)),
            "checks",
            Standing.PENDING,
            Reason.CHECKS_RUNNING,
        ),
        (
            replace(FACTS, checks=(), now=WRITTEN_AT + PATIENCE, head_at=WRITTEN_AT + timedelta(days=1)),
            "checks",
            Standing.UNMET,
            Reason.CHECKS_MISSING,
        ),
        (replace(FACTS, checks=(), held_runs=1), "checks", Standing.UNMET, Reason.CHECKS_MISSING),
        (BASE_IS_RED, "base", Standing.PENDING, Reason.BASE_RED),
        (of_pull(BASE_IS_RED, behind=1), "base", Standing.PENDING, Reason.BASE_RED),
        (BEHIND, "up_to_date", Standing.PENDING, Reason.BEHIND_BASE),
        (of_pull(BEHIND, behind=None), "up_to_date", Standing.UNKNOWN, Reason.BEHIND_BASE),
        (of_pull(BEHIND, is_fork=True), "up_to_date", Standing.UNMET, Reason.BEHIND_BASE),
        (of_pull(BEHIND, author=ROBOT), "up_to_date", Standing.UNMET, Reason.BEHIND_BASE),
        (
            of_pull(merging(up_to_date=True, update="never"), behind=1),
            "up_to_date",
            Standing.UNMET,
            Reason.BEHIND_BASE,
        ),
        (
            of_pull(merging(up_to_date=True, update_forks=True), behind=1, is_fork=True, may_push=False),
            "up_to_date",
            Standing.UNMET,
            Reason.BEHIND_BASE,
        ),
        (of_pull(of_rules(up_to_date=True), behind=1), "up_to_date", Standing.PENDING, Reason.BEHIND_BASE),
        (merging(freeze=CLOSED), "freeze", Standing.PENDING, Reason.FREEZE_WINDOW),
        (
            merging(freeze=CLOSED | {"allow": {"users": ["bo"], "permission": "admin"}}),
            "freeze",
            Standing.PENDING,
            Reason.FREEZE_WINDOW,
        ),
        (merging(quiet="2m"), "quiet", Standing.PENDING, Reason.QUIET_TIME),
        (of_pull(mergeable_state="blocked"), "github", Standing.PENDING, Reason.GITHUB_REFUSED),
        (
            replace(of_pull(mergeable_state="blocked"), still_since=None),
            "github",
            Standing.UNMET,
            Reason.GITHUB_REFUSED,
        ),
    ],
)
def test_one_thing_stands_against_it(facts: MergeFacts, name: str, standing: Standing, reason: str) -> None:
    found = name_open(facts)
    assert found == {name: (standing, reason)}
    decision = decide_merge(facts)
    assert decision.outcome is (Outcome.WAIT if standing is Standing.PENDING else Outcome.REFUSE)
    assert decision.reason == reason

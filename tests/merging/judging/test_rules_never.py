"""What no combination of facts can bring about, and what each decision is good for afterwards."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.audit.canonical import canonical
from bot.config.merging import MergeConfig, MergeMethod
from bot.decisions.model import Outcome, Standing
from bot.decisions.render import render_proof
from bot.deployments.judging.fact_model import CheckFact, ReviewFact
from bot.github.models import Actor, Permission
from bot.github.review_models import ReviewState
from bot.merging.judging.expected import expected_checks, is_evidence_waived, standing_of
from bot.merging.judging.fact_model import (
    BaseRules,
    ChangeFacts,
    DependencyFact,
    DependencyState,
    MergeFacts,
    RequiredCheck,
    StackFact,
)
from bot.merging.judging.method import method_of
from bot.merging.judging.rules import decide_merge, due_at, is_update_due, lane_of
from bot.merging.model import Hold, Source
from tests.support.commands import HEAD, OTHER, PERSON, ROBOT
from tests.support.merge_facts import AUTHOR, CHANGE, FACTS, NOW, REVIEWER

pytestmark = pytest.mark.no_cover

RENDER = MarkdownIt("gfm-like", {"linkify": False, "html": True})
_CODE = re.compile(r"<code>.*?</code>", re.DOTALL)
HOSTILE = "@everyone <img src=x> [click](javascript:x) `` ` #1 | <!-- x -->"
SAID: dict[str, list[Any]] = {
    "method": ["merge", "rebase"],
    "permission": ["triage", "admin"],
    "label": ["automerge"],
    "automatic": [[{"authors": ["renovate[bot]"], "bump": "minor"}]],
    "checks": [[], ["test"], ["lint", "test"]],
    "reviews": [1],
    "quiet": ["1s", "1h"],
    "freeze": [{"windows": [{"start": "2026-11-01", "end": "2026-11-30", "reason": HOSTILE}]}],
    "red_base": [False],
    "up_to_date": [True],
    "update": ["never", "rebase"],
    "allow_forks": [False],
    "train": [{}],
}
POLICIES = st.lists(st.sampled_from(list(SAID)), max_size=2, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: st.sampled_from(SAID[name]) for name in names})
)
CHECKS = st.builds(
    CheckFact,
    name=st.sampled_from(["test", "lint", HOSTILE]),
    status=st.sampled_from(["completed", "queued"]),
    conclusion=st.sampled_from(["success", "failure", "skipped", "cancelled", ""]),
    app_id=st.sampled_from([None, 7, 15368]),
)
RULES = st.builds(
    BaseRules,
    checks=st.lists(
        st.builds(
            RequiredCheck,
            name=st.sampled_from(["test", "lint", "pilothouse / merge", HOSTILE]),
            app_id=st.sampled_from([None, 7]),
        ),
        max_size=2,
    ).map(tuple),
    up_to_date=st.booleans(),
    reviews=st.integers(0, 1),
    dismisses_stale=st.booleans(),
    conversations=st.booleans(),
    linear=st.booleans(),
    methods=st.sampled_from([None, (MergeMethod.SQUASH,), ()]),
    queue=st.booleans(),
)
REVIEWS = st.builds(
    ReviewFact,
    person=st.sampled_from([PERSON, AUTHOR, REVIEWER, ROBOT, Actor(id=99, login=HOSTILE)]),
    state=st.sampled_from(ReviewState),
    sha=st.sampled_from([HEAD, OTHER]),
    permission=st.sampled_from(Permission),
)
DEPENDS = st.builds(
    DependencyFact,
    name=st.just("#9"),
    title=st.just(HOSTILE),
    state=st.sampled_from(DependencyState),
    way_back=st.sampled_from([(), ("#9",)]),
)
YES, NO = True, False
HELD = Hold(number=12, person=AUTHOR, reason=HOSTILE, held_at=NOW)


@st.composite
def facts(draw: st.DrawFn) -> MergeFacts:
    """This function will draw facts of which most stand in nobody's way."""

    def rarely(*others: Any, usually: Any) -> Any:
        return draw(st.sampled_from([usually] * 9 + list(others)))

    def mostly(value: Any) -> Any:
        return draw(st.sampled_from([value] * 9 + [not value]))

    pull = replace(
        FACTS.pull,
        title=rarely("WIP", HOSTILE, usually="Mend the crane"),
        head_sha=rarely(OTHER, usually=HEAD),
        is_open=mostly(YES),
        is_draft=mostly(NO),
        is_fork=mostly(NO),
        labels=rarely(("hold",), ("automerge", HOSTILE), usually=()),
        mergeable=draw(st.sampled_from([True, True, True, True, None, False])),
        mergeable_state=rarely("blocked", "behind", usually="clean"),
        behind=rarely(2, None, usually=0),
    )
    base = replace(
        FACTS.base,
        rules=rarely(draw(RULES), usually=FACTS.base.rules),
        checks=rarely(draw(st.lists(CHECKS, max_size=2).map(tuple)), usually=()),
    )
    return MergeFacts(
        asked=replace(FACTS.asked, source=rarely(*Source, usually=Source.COMMAND)),
        now=NOW,
        permission=rarely(Permission.READ, Permission.NONE, usually=Permission.WRITE),
        pull=pull,
        base=base,
        web_url=FACTS.web_url,
        policy=msgspec.convert(draw(POLICIES), MergeConfig),
        checks=rarely((), draw(st.lists(CHECKS, max_size=2).map(tuple)), usually=FACTS.checks),
        still_since=rarely(None, NOW, usually=NOW - timedelta(hours=2)),
        is_busy=draw(st.booleans()),
        reviews=rarely(draw(st.lists(REVIEWS, max_size=2).map(tuple)), usually=()),
        conversations=rarely(None, 2, usually=0),
        review_decision=rarely("REVIEW_REQUIRED", usually=""),
        depends=rarely((draw(DEPENDS),), usually=()),
        rests_on=rarely(StackFact(number=3, title=HOSTILE), usually=None),
        hold=rarely(HELD, usually=None),
        change=rarely(None, ChangeFacts(author=HOSTILE, base_ref="main"), usually=CHANGE),
        problem=rarely(HOSTILE, usually=""),
        configuration_mistakes=rarely((HOSTILE,), usually=()),
    )


@given(facts())
def test_nothing_is_merged_without_positive_evidence(drawn: MergeFacts) -> None:
    decision = decide_merge(drawn)
    if decision.outcome is not Outcome.PROCEED:
        assert decision.reason
        assert decision.text
        return
    rules, policy, pull = drawn.base.rules, drawn.policy, drawn.pull
    judged = standing_of(expected_checks(rules, policy), drawn.checks)
    assert judged or is_evidence_waived(rules, policy)
    assert all(one.standing is Standing.MET for one in judged)
    assert pull.head_sha == drawn.asked.sha
    assert pull.is_open
    assert pull.mergeable
    assert not pull.is_draft
    assert drawn.hold is None
    assert policy.freeze is None
    assert not drawn.configuration_mistakes
    assert not drawn.problem
    assert drawn.asked.source is Source.POLICY or drawn.permission.covers(policy.permission)
    assert all(one.state is DependencyState.MERGED for one in drawn.depends)
    assert method_of(drawn) is not None
    assert not (rules.up_to_date and not rules.queue and pull.behind != 0)


@given(facts())
def test_a_decision_can_be_made_again_from_its_stored_facts(drawn: MergeFacts) -> None:
    (again,) = msgspec.json.decode(canonical((drawn,)), type=tuple[MergeFacts])
    assert canonical(decide_merge(again)) == canonical(decide_merge(drawn))


@given(facts())
def test_whoever_must_act_is_named_and_nothing_hostile_is_rendered(drawn: MergeFacts) -> None:
    decision = decide_merge(drawn)
    shown = RENDER.render(render_proof(decision, decision_id=""))
    plain = _CODE.sub("", shown)
    assert "<img" not in plain
    assert "<!--" not in plain
    assert "javascript:" not in re.sub(r">[^<]*<", "><", plain)
    assert "@everyone" not in plain
    for one in decision.conditions:
        blocks = one.standing is Standing.UNMET
        assert not blocks or one.who or one.name in {"configuration", "pull_request"}


@given(facts())
def test_what_follows_from_a_decision_never_contradicts_it(drawn: MergeFacts) -> None:
    decision = decide_merge(drawn)
    due = due_at(drawn, decision)
    assert due is None or due > drawn.now
    if is_update_due(decision):
        assert decision.outcome is Outcome.WAIT
        assert drawn.pull.behind
    assert lane_of(drawn) in set(type(lane_of(drawn)))

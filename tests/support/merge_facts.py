"""Facts of a merge that nothing stands against, and changes to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.config.merging import MergeConfig
from bot.deployments.judging.fact_model import CheckFact, ReviewFact
from bot.github.models import Actor, Permission
from bot.github.review_models import ReviewState
from bot.merging.judging.fact_model import (
    Asked,
    BaseFacts,
    BaseRules,
    ChangeFacts,
    MergeFacts,
    PullFacts,
    RequiredCheck,
)
from bot.merging.judging.rules import decide_merge
from bot.merging.model import Hold, Source
from tests.support.commands import HEAD, OTHER, PERSON, WEB, WRITTEN_AT

if TYPE_CHECKING:
    from bot.decisions.model import Standing

NOW = WRITTEN_AT + timedelta(minutes=5)
AUTHOR = Actor(id=31, login="wren")
REVIEWER = Actor(id=32, login="bo")
BASE = OTHER
GREEN = CheckFact(name="test", status="completed", conclusion="success", app_id=15368)
RUNNING = CheckFact(name="test", status="in_progress", app_id=15368)
RED = CheckFact(name="test", status="completed", conclusion="failure", app_id=15368)
FACTS = MergeFacts(
    asked=Asked(number=12, source=Source.COMMAND, person=PERSON, sha=HEAD, asked_at=WRITTEN_AT),
    now=NOW,
    permission=Permission.WRITE,
    pull=PullFacts(
        title="Mend the crane",
        author=AUTHOR,
        head_sha=HEAD,
        head_ref="crane",
        base_ref="main",
        mergeable_state="clean",
        html_url=f"{WEB}/pull/12",
    ),
    base=BaseFacts(sha=BASE, rules=BaseRules(checks=(RequiredCheck(name="test"),), is_protected=True)),
    web_url=WEB,
    checks=(GREEN,),
    still_since=NOW - timedelta(minutes=1),
)


def merging(facts: MergeFacts = FACTS, **keys: object) -> MergeFacts:
    """This function will put a policy with these keys into the facts, as a configuration file gives it."""
    return replace(facts, policy=msgspec.convert(keys, MergeConfig))


def of_pull(facts: MergeFacts = FACTS, **changes: object) -> MergeFacts:
    """This function will change what the facts say of the pull request."""
    return replace(facts, pull=replace(facts.pull, **changes))  # type: ignore[arg-type] # the test names real fields


def of_rules(facts: MergeFacts = FACTS, **changes: object) -> MergeFacts:
    """This function will change what GitHub asks of whatever comes into the base."""
    rules = replace(facts.base.rules, **changes)  # type: ignore[arg-type] # as above
    return replace(facts, base=replace(facts.base, rules=rules))


def asking(facts: MergeFacts = FACTS, **changes: object) -> MergeFacts:
    """This function will change what wants the merge."""
    return replace(facts, asked=replace(facts.asked, **changes))  # type: ignore[arg-type] # as above


def review(state: ReviewState = ReviewState.APPROVED, **changes: object) -> ReviewFact:
    """This function will make a review of the head by somebody who may write."""
    fact = ReviewFact(person=REVIEWER, state=state, sha=HEAD, permission=Permission.WRITE)
    return replace(fact, **changes)  # type: ignore[arg-type] # as above


def name_open(facts: MergeFacts) -> dict[str, tuple[Standing, str]]:
    """This function will say what stands against the merge, and why."""
    return {one.name: (one.standing, one.reason) for one in decide_merge(facts).conditions if one.is_open}


CLOSED = {"windows": [{"start": "2026-11-01", "end": "2026-11-30", "reason": "stocktaking"}]}
HELD = Hold(number=12, person=AUTHOR, reason="until the tide turns", held_at=WRITTEN_AT)
CHANGE = ChangeFacts(author="renovate[bot]", base_ref="main", writers=("renovate[bot]",))
BY_LABEL = asking(merging(label="automerge"), source=Source.LABEL)
BY_POLICY = replace(
    asking(merging(automatic=[{"authors": ["renovate[bot]"]}]), source=Source.POLICY),
    permission=Permission.NONE,
    change=CHANGE,
)
BASE_IS_RED = replace(FACTS, base=replace(FACTS.base, checks=(RED,)))
BEHIND = of_pull(merging(up_to_date=True), behind=3)

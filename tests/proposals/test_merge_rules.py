"""Decisions about merges are made again under the present and the proposed policy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from bot.audit.canonical import canonical
from bot.config.repository import RepositoryConfig
from bot.decisions.model import Outcome, RecordedDecision
from bot.proposals.flips import Policies, Untold
from bot.proposals.rules import flip_of
from tests.support.merge_facts import BY_POLICY, CLOSED, FACTS, RED, merging, of_pull, of_rules
from tests.support.records import AT

if TYPE_CHECKING:
    from bot.merging.judging.fact_model import MergeFacts
    from bot.proposals.model import Flip


def config(**keys: Any) -> RepositoryConfig:
    """This function will make a policy that says this about merging."""
    return msgspec.convert({"merge": keys}, RepositoryConfig)


def flip(
    facts: MergeFacts, proposed: RepositoryConfig, *, now: RepositoryConfig | None = None
) -> Flip | Untold | None:
    """This function will say how the decision about a merge would flip."""
    row = RecordedDecision(
        id="0123456789ab",
        kind="merge",
        repository_id=22,
        repository="octo/harbour",
        number=12,
        environment="",
        decided_at=AT,
        facts=canonical((facts,)),
        decision="{}",
    )
    return flip_of(row, Policies(now=now, proposed=proposed))


def flipped(facts: MergeFacts, proposed: RepositoryConfig, *, now: RepositoryConfig | None = None) -> Flip:
    """This function will return the flip that there is."""
    found = flip(facts, proposed, now=now)
    assert found is not None
    assert not isinstance(found, Untold)
    return found


def test_the_same_policy_flips_nothing() -> None:
    assert flip(FACTS, config()) is None
    assert flip(merging(reviews=1), config(reviews=1)) is None


def test_a_stricter_and_a_looser_policy_flip_it_to_each_side() -> None:
    stricter = flipped(FACTS, config(reviews=2))
    assert (stricter.kind, stricter.number) == ("merge", 12)
    assert (stricter.was, stricter.would_be, stricter.reason) == (
        Outcome.PROCEED,
        Outcome.REFUSE,
        "reviews_missing",
    )
    looser = flipped(of_pull(merging(allow_forks=False), is_fork=True), config())
    assert (looser.was, looser.would_be, looser.reason) == (
        Outcome.REFUSE,
        Outcome.PROCEED,
        "fork_refused",
    )


def test_the_present_policy_is_compared_and_not_the_one_of_then() -> None:
    assert flip(merging(reviews=1), config(reviews=2), now=config(reviews=2)) is None


def test_zero_checks_are_no_evidence_under_any_policy_but_one() -> None:
    bare = of_rules(checks=())
    assert flip(bare, config(reviews=0)) is None
    waived = flipped(bare, config(checks=[]))
    assert (waived.was, waived.would_be) == (Outcome.REFUSE, Outcome.PROCEED)


def test_what_nobody_read_then_is_left_out_on_both_sides() -> None:
    quick = replace(merging(red_base=False), base=replace(FACTS.base, checks=()))
    slow = flipped(quick, config(reviews=1, up_to_date=True))
    assert slow.untold == ("base", "up_to_date")
    frozen = config(freeze=CLOSED | {"allow": {"teams": ["octo/crew"]}})
    assert flip(FACTS, frozen) is None
    other = flipped(FACTS, config(checks=["lint"], quiet="1h"))
    assert (other.would_be, other.untold) == (Outcome.WAIT, ("quiet",))
    assert flip(BY_POLICY, config(automatic=[])) is None


def test_a_strangers_pattern_is_not_tried() -> None:
    """A pull request may propose any expression, and anybody may open one."""
    assert flip(FACTS, config(blocking_titles=["crane"])) is None
    assert flipped(of_pull(title="WIP: mend"), config(blocking_titles=[])).would_be is Outcome.PROCEED


def test_a_base_that_was_red_stays_so_unless_that_is_allowed() -> None:
    red = replace(FACTS, base=replace(FACTS.base, checks=(RED,)))
    assert flip(red, config()) is None
    assert flipped(red, config(red_base=False)).would_be is Outcome.PROCEED


def test_what_was_closed_cannot_be_made_again() -> None:
    assert isinstance(flip(of_pull(is_open=False), config()), Untold)
    assert isinstance(flip(replace(FACTS, problem="403"), config()), Untold)

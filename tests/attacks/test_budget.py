"""Attacks on the day's limit and accidents with it, each named after the public report that taught it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.budget.model import Mode
from tests.support import budget_attacks as plays
from tests.support.budget_attacks import Attack
from tests.support.budgeting import desk

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.no_cover

ATTACKS = (
    Attack(
        name="one person says it twice",
        learned_from="runatlantis/atlantis#4813",
        play=plays.by_one_person_twice,
        reason="second_person",
    ),
    Attack(
        name="one person seconds their own change",
        learned_from="syncthing/syncthing#10419",
        play=plays.by_seconding_oneself,
        reason="second_person",
    ),
    Attack(
        name="two people say it who may not",
        learned_from="runatlantis/atlantis#4813",
        play=plays.by_two_who_may_not,
        reason="not_permitted",
    ),
    Attack(
        name="the second person may not",
        learned_from="runatlantis/atlantis#4813",
        play=plays.seconded_by_one_who_may_not,
        reason="not_permitted",
    ),
    Attack(
        name="the first person's login passes to somebody else",
        learned_from="palantir/policy-bot#583",
        play=plays.by_whoever_took_the_login,
        reason="not_permitted",
    ),
    Attack(
        name="the first person's role is taken away",
        learned_from="palantir/policy-bot#583",
        play=plays.by_one_who_lost_the_role_since,
        reason="not_permitted",
    ),
    Attack(
        name="the first word is old",
        learned_from="runatlantis/atlantis#1122",
        play=plays.an_hour_later,
        reason="nothing_to_second",
    ),
    Attack(
        name="a comment is made the second word by editing it",
        learned_from="github/branch-deploy#373",
        play=plays.by_editing_a_comment,
        reason="",
    ),
    Attack(
        name="the second person only quotes it",
        learned_from="palantir/policy-bot#33",
        play=plays.within_a_quotation,
        reason="",
    ),
    Attack(
        name="the second person says another amount",
        learned_from="runatlantis/atlantis#1508",
        play=plays.with_another_amount,
        reason="second_person",
    ),
    Attack(
        name="two people go above the ceiling",
        learned_from="cloud-custodian/cloud-custodian#4997",
        play=plays.above_the_ceiling,
        reason="above_ceiling",
    ),
    Attack(
        name="the ceiling is passed by several extensions",
        learned_from="cloud-custodian/cloud-custodian#3477",
        play=plays.bit_by_bit,
        reason="nothing_to_second",
    ),
    Attack(
        name="a pull request brings its own policy",
        learned_from="prplfoundation/prplMesh#981",
        play=plays.with_a_configuration_of_ones_own,
        reason="not_permitted",
    ),
    Attack(
        name="one person lets the limit act",
        learned_from="runatlantis/atlantis#4813",
        play=plays.enforced_by_one,
        reason="second_person",
    ),
    Attack(
        name="a change that waits elsewhere is seconded here",
        learned_from="palantir/policy-bot#583",
        play=plays.of_another_repository,
        reason="nothing_to_second",
    ),
)


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
async def test_no_limit_is_lifted_or_acts_by_one_persons_word(attack: Attack, tmp_path: Path) -> None:
    """Whatever is tried, the limit is what it was and does what it did."""
    async with desk(tmp_path, config=attack.config) as place:
        answer = await attack.play(place)
        assert await place.limit() == 100
        budget = await place.costs.budget()
        assert budget is not None
        assert budget.mode is Mode.DRY_RUN
        assert f"`{attack.reason}`" in answer if attack.reason else not answer

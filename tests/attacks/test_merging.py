"""Attempts and accidents by which something is merged without evidence, each named after the report that taught it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import merge_attacks as plays
from tests.support.merge_attacks import AUTOMATIC, LABELLED, Attack
from tests.support.merging import POLICY, harbour

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.no_cover

REVIEWED = POLICY + "  reviews: 1\n"

ATTACKS = (
    Attack(
        name="a check runs again",
        learned_from="kubernetes-sigs/prow#337",
        play=plays.while_it_runs_again,
        reason="checks_running",
    ),
    Attack(
        name="another job of the same workflow run runs again",
        learned_from="kubernetes-sigs/prow#337",
        play=plays.while_another_job_of_its_run_runs_again,
        reason="checks_running",
    ),
    Attack(
        name="the checks have not ended",
        learned_from="markdlabrecque/railyard#46",
        play=plays.while_it_still_runs,
        reason="checks_running",
    ),
    Attack(
        name="there is no check at all",
        learned_from="berenddeboer/ready-for-agent#1070",
        play=plays.without_any_check,
        reason="no_evidence",
        policy="merge: {}\n",
    ),
    Attack(
        name="somebody who may not merge pushes after the label",
        learned_from="pascalgn/automerge-action#147",
        play=plays.with_a_push_after_the_label,
        reason="head_moved",
        policy=LABELLED,
    ),
    Attack(
        name="a push comes between the label and the look at it",
        learned_from="jenkins-x/jx#2209",
        play=plays.with_a_push_before_the_label_is_seen,
        reason="head_moved",
        policy=LABELLED,
    ),
    Attack(
        name="a push comes between the command and the look at it",
        learned_from="github/branch-deploy#315",
        play=plays.with_a_push_before_the_command_is_seen,
        reason="none",
    ),
    Attack(
        name="commits follow the approval",
        learned_from="jenkins-x/jx#2209",
        play=plays.with_commits_after_the_approval,
        reason="reviews_missing",
        policy=REVIEWED,
    ),
    Attack(
        name="one approves, another one asks for changes",
        learned_from="Matticusau/pr-helper#16",
        play=plays.with_one_approval_and_one_objection,
        reason="changes_requested",
        policy=REVIEWED,
    ),
    Attack(
        name="it is a draft",
        learned_from="chdsbd/kodiak#404",
        play=plays.of_a_draft,
        reason="draft",
    ),
    Attack(
        name="a label says that it is not to be merged",
        learned_from="openshift/release#21068",
        play=plays.in_spite_of_a_label,
        reason="blocking_label",
    ),
    Attack(
        name="somebody pushes onto the branch of a bot whose updates are merged by themselves",
        learned_from="bobvanderlinden/probot-auto-merge#1178",
        play=plays.with_a_commit_on_a_bots_branch,
        reason="not_automatic",
        policy=AUTOMATIC,
    ),
    Attack(
        name="a commit is forged in the name of a bot",
        learned_from="jj-vcs/jj#9381",
        play=plays.with_a_forged_author,
        reason="not_automatic",
        policy=AUTOMATIC,
    ),
    Attack(
        name="a branch is named as if a bot had made it",
        learned_from="BranchMetrics/ios-branch-deep-linking-attribution#1285",
        play=plays.from_a_branch_named_like_a_bots,
        reason="none",
        policy=AUTOMATIC,
    ),
    Attack(
        name="somebody reports a check that counts only from an App",
        learned_from="palantir/policy-bot#801",
        play=plays.by_a_status_of_somebody_else,
        reason="checks_missing",
    ),
    Attack(
        name="the pull request brings its own policy",
        learned_from="prplfoundation/prplMesh#981",
        play=plays.with_a_policy_of_its_own,
        reason="checks_missing",
    ),
    Attack(
        name="it depends on another one that is not merged",
        learned_from="operate-first/support#782",
        play=plays.before_what_it_depends_on,
        reason="dependency_open",
    ),
    Attack(
        name="two wait for each other",
        learned_from="Mergifyio/mergify#25",
        play=plays.of_two_that_wait_for_each_other,
        reason="dependency_open",
    ),
    Attack(
        name="its base is red",
        learned_from="richlander/dotnet-inspect#7110",
        play=plays.onto_a_red_base,
        reason="base_red",
    ),
)


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
async def test_nothing_is_merged_without_evidence(attack: Attack, tmp_path: Path) -> None:
    async with harbour(tmp_path) as here:
        here.configure(attack.policy)
        await here.bot.settle()

        number = await attack.play(here)
        for _ in range(3):  # whatever passes by itself has passed then
            await here.later(timedelta(minutes=5))
            await here.sweep()

        assert here.merges() == 0
        assert not here.bot.repository.pulls[number].merged
        assert (await here.standing(number)).rpartition(" ")[2] == attack.reason

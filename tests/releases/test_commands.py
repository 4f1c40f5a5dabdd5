"""`/release` in all its forms, as people write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import accounts, git
from bot.releases.model import Stage
from tests.support.releasing import BUILT, POLICY, TAG

if TYPE_CHECKING:
    from tests.support.releasing import Shipyard

BARE = "release: {workflow: null, checks: []}\n"


@pytest.mark.parametrize(
    ("line", "reason", "said"),
    [
        ("/release", "missing_argument", "VERSION"),
        ("/release one", "version_invalid", "`one` is no semantic version; write one such as `v1.4.0`."),
        ("/release v1.0", "version_invalid", "no semantic version"),
        ("/release v1.0.0 now", "too_many_arguments", "There is a word too many after `v1.0.0`."),
        ("/release plan v1.0.0 now", "too_many_arguments", "There is a word too many after `plan v1.0.0`."),
        ("/release next huge", "version_invalid", "write `major`, `minor`, `patch`, or nothing"),
        ("/release v1.0.0 --branch topic", "branch_missing", "There is no branch `topic`."),
        ("/release v1.0.0 --branch feature", "branch_refused", "Nothing is released from `feature`."),
        ("/release v1.0.0 --component oars", "unknown_component", "names no component `oars`"),
        ("/release resume", "version_invalid", "Say which version"),
        ("/release resume v9.0.0", "unknown_release", "No release of `v9.0.0` was begun here"),
        ("/release abort", "version_invalid", "Say which version"),
        ("/release abort v9.0.0", "unknown_release", "No release of `v9.0.0` was begun here"),
        ("/release status v9.0.0", "unknown_release", "No release of `v9.0.0` was begun here"),
    ],
)
async def test_what_is_refused(yard: Shipyard, line: str, reason: str, said: str) -> None:
    await yard.say(line)
    (receipt,) = yard.receipts
    assert f"**refused** · `{reason}`" in receipt
    assert said in receipt
    assert yard.bot.repository.tags == {}
    assert not yard.bot.repository.releases


async def test_a_weak_role_may_plan_and_not_release(yard: Shipyard) -> None:
    """`write` sees everything; `maintain` releases, unless the policy says otherwise."""
    await yard.say("/release plan v1.0.0", by="ada")
    assert "**succeeded**" in yard.receipts[0]
    for line in ("/release v1.0.0", "/release resume v1.0.0", "/release abort v1.0.0"):
        await yard.say(line, by="ada")
        assert "**refused** · `not_permitted`" in yard.receipts[-1]
    yard.policy(f"{BARE[:-2]}, permission: write}}\n")
    await yard.say("/release v1.0.0", by="ada")
    assert not yard.release().draft


async def test_a_stranger_is_refused_before_anything_is_read(yard: Shipyard) -> None:
    yard.bot.calls.clear()
    await yard.say("/release plan", by="mallory")
    assert "`not_permitted`" in yard.receipts[0]
    assert not [call for call in yard.bot.calls if call.operation.startswith(("git/", "repos/list-releases"))]


async def test_a_configuration_with_mistakes_is_told_with_lines(yard: Shipyard) -> None:
    yard.policy("release: {workflw: x}\n")
    await yard.say("/release v1.0.0")
    assert "**refused** · `configuration_invalid`" in yard.receipts[0]
    assert "1:" in yard.receipts[0] or "line 1" in yard.receipts[0]


async def test_a_plan_shows_everything_and_does_nothing(yard: Shipyard) -> None:
    """The version that the commits call for, its notes, each condition."""
    await yard.say("/release plan")
    (receipt,) = yard.receipts
    assert "Nothing was done. `/release v0.1.0` releases it." in receipt
    assert "dredge the basin" in receipt
    assert "checks" in receipt
    assert yard.bot.repository.tags == {}
    assert "release" not in {run_id.partition("-")[0] for run_id in yard.bot.engine.runs}


async def test_a_plan_of_what_would_be_refused_says_so(yard: Shipyard) -> None:
    yard.green(log=b"error: it fails\n")
    await yard.say("/release plan v1.0.0")
    assert "**succeeded**" in yard.receipts[0]
    assert "These checks of" in yard.receipts[0]


async def test_a_dry_run_by_plan(yard: Shipyard) -> None:
    """`/plan /release …` shows the same conditions as any other dry run."""
    await yard.say("/plan /release v1.0.0")
    assert "It would be carried out now" in yard.receipts[0]
    await yard.say("/plan /release one")
    assert "It would not be carried out" in yard.receipts[1]
    await yard.say("/plan /release resume v1.0.0")
    assert "It would not be carried out" in yard.receipts[2]
    await yard.say("/plan /release status")
    assert "It would be carried out now" in yard.receipts[3]
    assert yard.bot.repository.tags == {}


async def test_next_releases_what_the_commits_call_for(yard: Shipyard) -> None:
    """A feature is a minor version, a fix a patch; a larger step may be asked for."""
    yard.policy(BARE)
    await yard.say("/release v1.0.0")
    yard.commit("fix: a leak")
    await yard.say("/release next")
    assert not yard.release("v1.0.1").draft
    yard.commit("feat: a mast")
    await yard.say("/release next")
    assert not yard.release("v1.1.0").draft
    yard.commit("fix: another leak")
    await yard.say("/release next major --prerelease")
    assert yard.release("v2.0.0-rc.1").prerelease
    await yard.say("/release next")
    assert "nothing_to_release" in yard.receipts[-1] or not yard.release("v2.0.0").draft


async def test_next_without_anything_new(yard: Shipyard) -> None:
    yard.policy(BARE)
    await yard.say("/release v1.0.0")
    await yard.say("/release next")
    assert "**refused** · `nothing_to_release`" in yard.receipts[1]


async def test_a_version_that_says_too_little_is_refused(yard: Shipyard) -> None:
    """A feature in a patch, a breaking change in a minor version; the answer names the right one."""
    yard.policy(BARE)
    await yard.say("/release v1.0.0")
    yard.commit("feat!: another mast")
    await yard.say("/release v1.1.0")
    assert "**refused** · `version_too_small`" in yard.receipts[1]
    assert "2.0.0" in yard.receipts[1]
    assert "v1.1.0" not in yard.bot.repository.tags
    yard.commit("chore: nothing")
    await yard.say("/release v0.9.0")
    assert "**refused** · `version_not_newer`" in yard.receipts[2]


async def test_red_running_and_missing_checks_are_refused(yard: Shipyard) -> None:
    """Only the checks of the very commit count, and none is no evidence."""
    yard.commit("fix: more")
    await yard.say("/release v1.0.0")
    assert "**refused** · `checks_missing`" in yard.receipts[0]
    yard.green(log=b"error: it fails\n")
    await yard.say("/release v1.0.0")
    assert "**refused** · `checks_failed`" in yard.receipts[1]
    assert yard.bot.repository.tags == {}
    yard.green()
    await yard.say("/release v1.0.0")
    assert TAG in yard.bot.repository.tags


async def test_status_lists_releases_and_tells_of_one(yard: Shipyard) -> None:
    await yard.say("/release status")
    assert "No release was begun here yet." in yard.receipts[0]
    await yard.say("/release v1.0.0")
    await yard.say("/release status", by="ada")
    assert "| [`v1.0.0`](" in yard.receipts[2]
    assert "| building |" in yard.receipts[2]
    for written in ("v1.0.0", "1.0.0"):
        await yard.say(f"/release status {written}", by="ada")
        assert "is building (`dispatched`)" in yard.receipts[-1]


async def test_a_release_is_aborted_while_it_is_built(yard: Shipyard) -> None:
    """Its draft and its tag go, its workflow run is stopped; the version may be released anew."""
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    await yard.pass_time()
    await yard.say("/release abort v1.0.0 the wrong branch")
    await yard.pass_time()
    assert yard.releases() == []
    assert yard.bot.repository.tags == {}
    assert run.latest.conclusion == "cancelled"
    assert "**failed** · `release_aborted`" in yard.receipts[0]
    assert "`grace` aborted `v1.0.0`: the wrong branch." in yard.receipts[0]
    assert (await yard.row()).stage is Stage.ABORTED
    await yard.say("/release resume v1.0.0")
    assert "**refused** · `release_aborted`" in yard.receipts[2]
    await yard.say("/release v1.0.0")
    assert yard.release().draft
    assert (await yard.row()).attempt == 2


async def test_a_release_that_stopped_is_aborted(yard: Shipyard) -> None:
    """What is left of it is taken back, and a second abort finds nothing more to do."""
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    await yard.end(run, "failure")
    await yard.say("/release abort v1.0.0")
    assert yard.releases() == []
    assert yard.bot.repository.tags == {}
    assert "Nothing of it is left on GitHub." in yard.receipts[1]
    await yard.say("/release abort v1.0.0")
    assert "**succeeded**" in yard.receipts[2]


async def test_a_draft_that_a_person_published_is_not_taken_back(yard: Shipyard) -> None:
    """Somebody pressed Publish on GitHub: an abort leaves it and its tag alone, a resume finishes the rest."""
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    await yard.end(run, "failure")
    yard.release().draft = False
    await yard.say("/release abort v1.0.0")
    assert "**refused** · `release_published`" in yard.receipts[1]
    assert TAG in yard.bot.repository.tags
    await yard.say("/release resume v1.0.0")
    assert (await yard.row()).stage is Stage.DONE


async def test_resume_without_a_row_goes_on_from_the_tag(yard: Shipyard) -> None:
    """The bot's own memory may be gone: the tag is on GitHub, and says which commit it is."""
    old = yard.bot.repository.branches["main"]
    git.set_tag(yard.bot.hub.store, yard.bot.repository, TAG, old, yard.grace)
    yard.commit("fix: later")
    await yard.say("/release resume v1.0.0")
    await yard.build()
    release = yard.release()
    assert (release.draft, release.target) == (False, old)


async def test_resume_of_what_runs_is_refused(yard: Shipyard) -> None:
    await yard.say("/release v1.0.0")
    await yard.say("/release resume v1.0.0")
    assert "**refused** · `release_running`" in yard.receipts[1]
    assert f"as `grace` asked on #{yard.issue.number}; it is building" in yard.receipts[1]


async def test_a_release_may_be_asked_for_on_a_pull_request(yard: Shipyard) -> None:
    """What is released is the branch, whatever the pull request holds."""
    yard.policy(BARE)
    await yard.say("/release v1.0.0", number=yard.bot.pull.number)
    assert yard.tagged() == yard.bot.repository.branches["main"]
    assert (await yard.row()).number == yard.bot.pull.number


async def test_somebody_who_took_over_the_login_has_no_role(yard: Shipyard) -> None:
    """The role is read again by numeric id when it is released."""
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    await yard.pass_time()
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    store = yard.bot.hub.store
    accounts.rename_user(store, yard.grace, "grace-hopper")
    accounts.set_role(yard.bot.repository, store.user("grace"), "admin")
    await yard.end(run)
    assert yard.release().draft
    assert "`not_permitted`" in yard.receipts[0]


async def test_the_policy_is_read_from_the_default_branch_alone(yard: Shipyard) -> None:
    """A maintenance branch cannot excuse itself from the files that are expected."""
    yard.policy(f"{POLICY}  branches: ['1.x']\n")
    yard.branch("1.x", at=yard.bot.repository.branches["main"])
    yard.commit("chore: no files", {".github/pilothouse.yml": BARE}, branch="1.x")
    yard.green("1.x")
    await yard.say("/release v1.0.0 --branch 1.x")
    run = yard.start_build()
    await yard.end(run)
    await yard.pass_time(10, times=3)
    assert yard.release().draft
    assert "`assets_missing`" in yard.receipts[0]

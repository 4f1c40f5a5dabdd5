"""Accidents that happened to others' releases: tags, drafts and people in each other's way."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import Fault
from bot.localhub.state import git, issues
from bot.localhub.state.releases import releases
from bot.releases.model import Stage
from tests.support.releasing import BUILT, TAG

if TYPE_CHECKING:
    from tests.support.releasing import Shipyard

pytestmark = pytest.mark.no_cover


async def test_the_tag_is_at_another_commit(yard: Shipyard) -> None:
    """A tag that is there is never moved: the release and its tag are one.

    https://github.com/midnightntwrk/midnight-node/pull/2169
    """
    old = yard.bot.repository.branches["main"]
    git.set_tag(yard.bot.hub.store, yard.bot.repository, TAG, old, yard.grace)
    yard.commit("fix: more")
    yard.green()
    await yard.say("/release v1.0.0")
    assert yard.tagged() == old
    assert yard.releases() == []
    assert "**refused** · `tag_exists`" in yard.receipts[0]
    assert (await yard.row()).stage is Stage.STOPPED


async def test_a_tag_at_the_same_commit_is_taken_as_it_is(yard: Shipyard) -> None:
    """Somebody pushed the tag by hand before: the release goes on with it, and an abort leaves it."""
    git.set_tag(
        yard.bot.hub.store, yard.bot.repository, TAG, yard.bot.repository.branches["main"], yard.grace
    )
    await yard.say("/release v1.0.0")
    assert yard.release().draft
    await yard.say("/release abort v1.0.0")
    assert yard.releases() == []
    assert TAG in yard.bot.repository.tags
    assert "which others made, stays" in yard.receipts[0]


async def test_the_tag_is_protected(yard: Shipyard) -> None:
    """A ruleset for tags restricts their creation, and the App may not bypass it.

    https://github.com/googleapis/release-please-action/issues/1194
    """
    yard.protect_tags()
    await yard.say("/release v1.0.0")
    assert yard.bot.repository.tags == {}
    assert yard.releases() == []
    assert "**failed** · `tag_protected`" in yard.receipts[0]
    assert "creations being restricted" in yard.receipts[0]


async def test_the_name_of_the_tag_is_forbidden_without_a_reason(yard: Shipyard) -> None:
    """The object of the tag could be made, its name answered 403: then a rule forbids it that nobody sees.

    https://github.com/BerriAI/litellm/pull/32023
    """
    yard.bot.hub.faults.add(Fault(kind="status", method="POST", path=r"/git/refs$", status=403))
    await yard.say("/release v1.0.0")
    assert "`tag_protected`" in yard.receipts[0]


async def test_a_draft_of_somebody_else(yard: Shipyard) -> None:
    """What others drafted is neither changed nor published."""
    fields = releases.ReleaseFields(tag=TAG, target="main", draft=True, body="mine")
    theirs = releases.create(yard.bot.hub.store, yard.bot.repository, fields, yard.grace)
    await yard.say("/release v1.0.0")
    assert (theirs.draft, theirs.body) == (True, "mine")
    assert yard.bot.repository.tags == {}
    assert "**refused** · `release_exists`" in yard.receipts[0]


async def test_somebody_copies_the_marker_into_a_draft(yard: Shipyard) -> None:
    """The hidden marker is not enough to be the bot's own draft."""
    body = "<!-- pilothouse:release v1.0.0 -->\nmine"
    fields = releases.ReleaseFields(tag=TAG, target="main", draft=True, body=body)
    theirs = releases.create(yard.bot.hub.store, yard.bot.repository, fields, yard.grace)
    await yard.say("/release v1.0.0")
    assert theirs.draft
    assert "`release_exists`" in yard.receipts[0]


async def test_two_people_ask_for_the_same_version_at_once(yard: Shipyard) -> None:
    """One of them releases it, the other is told so; nothing waits in silence."""
    store, repository = yard.bot.hub.store, yard.bot.repository
    issues.write_comment(store, repository, yard.bot.pull.number, body="/release v1.0.0", author=yard.grace)
    await yard.say("/release v1.0.0")
    receipts = [*yard.receipts, *[one for one in yard.comments(yard.bot.pull.number) if "/release" in one]]
    assert len(receipts) == 2
    assert sum("`release_running`" in one for one in receipts) == 1
    assert len(yard.releases()) == 1


async def test_another_version_waits_until_the_first_is_out(yard: Shipyard) -> None:
    await yard.say("/release v1.0.0")
    await yard.say("/release v1.1.0")
    assert "**refused** · `release_running`" in yard.receipts[1]
    await yard.build()
    assert not yard.release().draft


async def test_a_release_that_is_out_is_not_made_again(yard: Shipyard) -> None:
    await yard.say("/release v1.0.0")
    await yard.build()
    await yard.say("/release v1.0.0")
    assert "**refused** · `release_published`" in yard.receipts[1]
    await yard.say("/release abort v1.0.0")
    assert "**refused** · `release_published`" in yard.receipts[2]
    assert not yard.release().draft


async def test_it_is_published_although_the_answer_said_502(yard: Shipyard) -> None:
    """GitHub answered with an error after it had done it: read back, it is out, and published once."""
    fault = Fault(kind="status", method="PATCH", path=r"/releases/\d+$", status=502, after=True, count=1)
    yard.bot.hub.faults.add(fault)
    await yard.say("/release v1.0.0")
    await yard.build()
    assert not yard.release().draft
    assert (await yard.row()).stage is Stage.DONE


async def test_the_announcement_fails_after_the_publication(yard: Shipyard) -> None:
    """What is out stays out; whom GitHub did not let be told is named."""
    await yard.merge("feat: mend the crane", closes=yard.issue.number)
    fault = Fault(kind="status", method="POST", path=r"/graphql$", status=500)
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    await yard.pass_time()
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    yard.bot.hub.faults.add(fault)
    await yard.end(run)
    await yard.pass_time(timedelta(minutes=10).total_seconds(), times=6)
    assert not yard.release().draft
    assert "GitHub did not take the comment on" in yard.receipts[0]
    assert (await yard.row()).stage is Stage.DONE

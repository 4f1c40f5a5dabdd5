"""What people do while a pull request waits: they hold it, push, label, review, close."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.localhub.state import accounts, issues, pulls, reviews

if TYPE_CHECKING:
    from tests.support.merging import Harbour

LABELLED = "merge:\n  checks: [test]\n  label: automerge\n"


async def test_a_hold_stops_what_waits_until_it_is_let_go(here: Harbour) -> None:
    run = here.begin()
    await here.say("/merge --when-green")
    answer = await here.say("/hold until the migration has run", by="tess")
    assert "until the migration has run" in answer
    here.end(run)
    await here.later()
    assert not here.pull.merged
    assert await here.standing() == "waiting held"
    assert "`tess` has held it" in (here.check().summary or "")
    assert here.check().conclusion == "action_required"
    assert "**refused** · `held`" in await here.say("/merge", by="bob")
    assert "**succeeded**" in await here.say("/unhold", by="bob")
    assert "**succeeded** · `merged`" in await here.say("/merge", by="bob")


async def test_a_hold_lets_the_wish_go_on_afterwards(here: Harbour) -> None:
    here.green()
    await here.say("/hold", by="tess")
    await here.say("/merge --when-green")
    await here.later()
    assert not here.pull.merged
    await here.say("/unhold", by="tess")
    await here.later()
    assert here.pull.merged


async def test_who_may_not_merge_lets_only_their_own_hold_go(here: Harbour) -> None:
    await here.say("/hold", by="ada")
    assert "**refused** · `not_permitted`" in await here.say("/unhold", by="tess")
    assert "**refused** · `not_permitted`" in await here.say("/hold", by="mallory")
    assert "**succeeded**" in await here.say("/unhold", by="ada")
    assert "**refused** · `not_held`" in await here.say("/unhold", by="ada")


async def test_a_push_by_somebody_who_may_merge_carries_the_wish_on(here: Harbour) -> None:
    here.green()
    await here.say("/merge --when-green")
    head = here.push(by="bob")
    await here.bot.settle()
    wish = await here.wish()
    assert wish is not None
    assert (wish.head_sha, wish.state.value) == (head, "waiting")
    assert [one.conclusion for one in here.shown()] == ["cancelled", None]
    assert here.shown()[0].title == f"Pushed over by {head[:7]}"
    here.green()
    await here.later()
    assert here.pull.merged


async def test_a_push_by_somebody_who_may_not_ends_the_wish_and_says_so(here: Harbour) -> None:
    """Else whoever may push to the branch could slip in what nobody looked at."""
    here.green()
    await here.say("/merge --when-green")
    here.push(by="tess")
    await here.bot.settle()
    assert await here.standing() == "withdrawn head_moved"
    assert "`tess` pushed" in here.answers()[-1]
    here.green()
    await here.later()
    assert not here.pull.merged


async def test_a_push_of_which_nobody_tells_who_ends_the_wish_in_the_end(here: Harbour) -> None:
    here.begin()
    await here.say("/merge --when-green")
    here.bot.hub.set_webhook(None)
    here.push(by="bob")
    await here.bot.hub.settle()
    here.bot.hub.set_webhook("http://127.0.0.1:9/")
    await here.sweep()
    assert await here.standing() == "waiting head_moved"
    await here.later(timedelta(minutes=2))
    assert await here.standing() == "withdrawn head_moved"
    assert "nobody knows who pushed" in here.answers()[-1]


async def test_the_asker_must_still_be_allowed_at_the_moment_of_merging(here: Harbour) -> None:
    run = here.begin()
    await here.say("/merge --when-green", by="bob")
    accounts.set_role(here.bot.repository, here.user("bob"), "read")
    here.end(run)
    await here.later()
    assert not here.pull.merged
    assert await here.standing() == "withdrawn not_permitted"
    assert "**refused** · `not_permitted`" in here.answers()[-1]


async def test_the_policy_may_ask_for_more_than_the_role_write(here: Harbour) -> None:
    here.configure("merge:\n  checks: [test]\n  permission: maintain\n")
    here.green()
    await here.later()
    answer = await here.say("/merge --when-green", by="bob")
    assert "**refused** · `not_permitted`" in answer
    assert "maintain" in answer


async def test_the_label_of_somebody_who_may_merges_when_green(here: Harbour) -> None:
    here.configure(LABELLED)
    here.label("automerge", by="bob")
    await here.bot.settle()
    assert await here.standing() == "waiting checks_running"
    assert "`bob` asked for it" in (here.check().summary or "")
    assert here.answers() == [], "a label is answered by the check run alone"
    here.green()
    await here.later()
    assert here.pull.merged


async def test_the_label_of_somebody_who_may_not_does_nothing_and_says_so(here: Harbour) -> None:
    here.configure(LABELLED)
    here.green()
    here.label("automerge", by="tess")
    await here.later()
    assert not here.pull.merged
    assert await here.standing() == "withdrawn not_permitted"
    assert "for `tess`" in here.answers()[-1]


async def test_without_its_label_it_is_not_wanted_any_more_until_it_has_it_again(here: Harbour) -> None:
    here.configure(LABELLED)
    here.label("automerge", by="bob")
    await here.bot.settle()
    here.label(by="bob")
    await here.bot.settle()
    assert await here.standing() == "withdrawn withdrawn"
    here.label("automerge", by="bob")
    here.green()
    await here.later()
    assert here.pull.merged


async def test_a_command_outranks_the_label(here: Harbour) -> None:
    """The label put on afterwards changes nothing, nor does taking it off."""
    here.configure(LABELLED)
    run = here.begin()
    await here.say("/merge rebase --when-green", by="ada")
    here.label("automerge", by="bob")
    await here.bot.settle()
    here.label(by="bob")
    await here.bot.settle()
    wish = await here.wish()
    assert wish is not None
    assert (wish.person.login, wish.state.value) == ("ada", "waiting")
    here.end(run)
    await here.later()
    assert "by `rebase`" in here.answers()[-1]


async def test_asking_anew_replaces_the_wish_and_tells_who_asked_before(here: Harbour) -> None:
    here.begin()
    await here.say("/merge --when-green", by="ada")
    await here.say("/merge squash --when-green --priority 3", by="bob")
    assert "`bob` asked anew" in here.answers()[0]
    assert "**waiting**" in here.answers()[1]
    wish = await here.wish()
    assert wish is not None
    assert (wish.person.login, wish.priority) == ("bob", 3)


async def test_requested_changes_stop_it_and_a_new_review_lets_it_go_on(here: Harbour) -> None:
    here.green()
    store, repository = here.bot.hub.store, here.bot.repository
    reviews.submit(
        store, repository, here.pull, state="changes_requested", author=here.user("bob"), body="no"
    )
    await here.later()
    assert "`changes_requested`" in await here.say("/merge --when-green")
    reviews.submit(store, repository, here.pull, state="approved", author=here.user("bob"), body="yes")
    await here.bot.settle()
    assert here.pull.merged


async def test_what_is_closed_is_not_wanted_any_more(here: Harbour) -> None:
    here.begin()
    await here.say("/merge --when-green")
    issues.set_state(here.bot.hub.store, here.bot.repository, here.pull.issue, "closed", here.bot.ada)
    await here.bot.settle()
    assert await here.standing() == "withdrawn pull_request_closed"
    assert "`pull_request_closed`" in here.answers()[-1]


async def test_what_somebody_merges_by_hand_is_merged(here: Harbour) -> None:
    here.begin()
    await here.say("/merge --when-green")
    pulls.merge(here.bot.hub.store, here.bot.repository, here.pull, sender=here.user("bob"))
    await here.bot.settle()
    assert await here.standing() == "merged already_merged"
    assert here.merges() == 0
    assert here.check().conclusion == "success"


async def test_the_rest_of_the_comment_goes_on_where_the_wish_stands(here: Harbour) -> None:
    here.begin()
    await here.say("/merge --when-green\n/hold not today")
    assert "**waiting**" in here.answers()[0]
    assert "**succeeded**" in here.answers()[1]
    assert await here.standing() == "waiting held"


async def test_the_rest_of_the_comment_is_not_carried_out_after_a_refusal(here: Harbour) -> None:
    here.begin()
    await here.say("/merge\n/hold not today")
    assert "**refused**" in here.answers()[0]
    assert "Not carried out because of this: `/hold not today`" in here.answers()[0]
    assert len(here.answers()) == 1


async def test_the_status_of_a_pull_request_tells_of_its_merge(here: Harbour) -> None:
    here.begin()
    await here.say("/hold until *Monday*", by="bob")
    await here.say("/merge --when-green")
    answer = await here.say("/status")
    assert "- merge: **waiting** · `held`. `bob` has held it since" in answer
    assert "- held back by `bob`: until \\*Monday\\*" in answer
    await here.say("/unhold", by="bob")
    await here.say("/merge --cancel")
    answer = await here.say("/status")
    assert "- merge:" not in answer
    assert "held back" not in answer

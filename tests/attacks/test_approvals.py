"""Attacks on approvals and accidents with them, each named after the public report that taught it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import DeliveryFault, Fault
from bot.localhub.state import accounts, git, issues, pulls, reviews
from tests.support.guarded import POLICY, Guarded, guarded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from bot.localhub.state.nouns import Comment


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """What is tried after `wren` asked for production, and what becomes of the word that should not count."""

    name: str
    learned_from: str
    play: Callable[
        [Guarded], Awaitable[Comment | None]
    ]  # gives the comment whose answer is looked at, if one is
    reason: str = ""  # of its answer
    policy: str = POLICY


async def _by_the_requester(place: Guarded) -> Comment:
    return await place.says("wren", "/approve production")


async def _by_the_author_of_the_pull_request(place: Guarded) -> Comment:
    return await place.says("ada", "/approve production")


async def _by_a_co_author(place: Guarded) -> Comment:
    amara = place.user("amara")
    trailer = f"Co-authored-by: Amara <{amara.id}+amara@users.noreply.github.com>"
    place.push(message=f"Dredge deeper\n\n{trailer}")
    await place.settle()
    await place.says("wren", "/deploy production")
    return await place.says("amara", "/approve production")


async def _by_the_committer_of_another_name(place: Guarded) -> Comment:
    place.push("amara", message="A suggestion taken over")
    await place.settle()
    await place.says("wren", "/deploy production")
    return await place.says("amara", "/approve production")


async def _by_a_stranger_to_the_policy(place: Guarded) -> Comment:
    return await place.says("mallory", "/approve production")


async def _by_the_same_person_twice(place: Guarded) -> Comment | None:
    await place.says("amara", "/approve production")
    await place.says("amara", "/approve production")
    return None


async def _by_whoever_took_the_login(place: Guarded) -> Comment | None:
    """One of two approved; their login then passes to somebody else."""
    await place.says("amara", "/approve production")
    accounts.rename_user(place.bot.hub.store, place.user("amara"), "amara-lund")
    accounts.set_role(place.bot.repository, place.user("amara"), "write")  # a new person of that name
    await place.says("bo", "/approve production")
    return None


async def _by_someone_who_lost_the_role_since(place: Guarded) -> Comment | None:
    await place.says("amara", "/approve production")
    accounts.set_role(place.bot.repository, place.user("amara"), "none")
    await place.says("bo", "/approve production")
    return None


async def _edited_by_its_author(place: Guarded) -> Comment | None:
    said = await place.says("amara", "/approve production")
    await _edit(place, said, "/approve production, but only if it rains", editor="amara")
    await place.says("bo", "/approve production")
    return None


async def _edited_by_somebody_else(place: Guarded) -> Comment | None:
    said = await place.says("amara", "/approve production")
    await _edit(place, said, "/approve production\n\nall of it", editor="mallory")
    await place.says("bo", "/approve production")
    return None


async def _an_innocent_comment_made_an_approval(place: Guarded) -> Comment | None:
    said = await place.says("amara", "Looks good so far.")
    await _edit(place, said, "/approve production", editor="mallory")
    await place.says("bo", "/approve production")
    return None


async def _deleted(place: Guarded) -> Comment | None:
    said = await place.says("amara", "/approve production")
    store, repository = place.bot.hub.store, place.bot.repository
    issues.delete_comment(store, repository, said, deleter=place.user("amara"))
    await place.settle()
    await place.says("bo", "/approve production")
    return None


async def _deleted_while_nobody_heard(place: Guarded) -> Comment | None:
    """The event of the deletion is lost; the comment is looked for all the same."""
    said = await place.says("amara", "/approve production")
    place.bot.hub.faults.add(DeliveryFault(kind="lose", event="issue_comment", count=1))
    store, repository = place.bot.hub.store, place.bot.repository
    issues.delete_comment(store, repository, said, deleter=place.user("amara"))
    await place.settle()
    await place.says("bo", "/approve production")
    return None


async def _too_old(place: Guarded) -> Comment | None:
    await place.says("amara", "/approve production")
    place.bot.clock.advance(timedelta(hours=23))
    await place.settle()
    await place.says("wren", "/deploy production")
    place.bot.clock.advance(timedelta(hours=2))
    await place.settle()
    return None


async def _then_pushed(place: Guarded) -> Comment | None:
    await place.says("amara", "/approve production")
    place.push("ada", content="a back door")
    await place.settle()
    await place.says("bo", "/approve production")
    return None


async def _then_retargeted(place: Guarded) -> Comment | None:
    await place.says("amara", "/approve production")
    store, repository = place.bot.hub.store, place.bot.repository
    git.push(
        store, repository, "release", files={"notes": "1"}, message="Branch off", author=place.user("ada")
    )
    pulls.retarget(store, repository, place.pull, "release", sender=place.user("ada"))
    await place.settle()
    await place.says("bo", "/approve production")
    return None


async def _of_other_parameters(place: Guarded) -> Comment | None:
    await place.says("amara", "/approve production")
    await place.says("bo", "/reject production wrong region")
    await place.says("wren", "/deploy production --param region=us")
    await place.says("bo", "/approve production")
    return None


async def _while_github_cannot_say_who_that_is(place: Guarded) -> Comment:
    place.bot.hub.faults.add(Fault(kind="status", path=r"/collaborators/amara/permission", status=502))
    return await place.says("amara", "/approve production")


async def _of_more_commits_than_github_lists(place: Guarded) -> Comment | None:
    store, repository = place.bot.hub.store, place.bot.repository
    for number in range(251):
        git.push(
            store,
            repository,
            place.pull.head_ref,
            files={"basin.txt": str(number)},
            message=f"Spoonful {number}",
            author=place.user("amara" if number == 250 else "ada"),
        )
    place.passes(place.pull.head_sha)
    await place.settle()
    await place.says("wren", "/deploy production")
    await place.says("bo", "/approve production")
    await place.says("amara", "/approve production")
    return None


async def _by_the_policy_of_the_pull_request_itself(place: Guarded) -> Comment:
    store, repository = place.bot.hub.store, place.bot.repository
    git.push(
        store,
        repository,
        place.pull.head_ref,
        files={".github/pilothouse.yml": POLICY.replace("amara, bo", "mallory").replace("count: 2, ", "")},
        message="Simplify",
        author=place.user("ada"),
    )
    place.passes(place.pull.head_sha)
    await place.settle()
    await place.says("wren", "/deploy production")
    return await place.says("mallory", "/approve production")


async def _by_a_review_of_an_older_head(place: Guarded) -> Comment | None:
    store, repository, old = place.bot.hub.store, place.bot.repository, place.pull.head_sha
    place.push("ada", content="something else")
    await place.settle()
    await place.says("wren", "/deploy production")
    for login in ("amara", "bo"):
        reviews.submit(store, repository, place.pull, author=place.user(login), state="approved", sha=old)
    await place.settle()
    return None


async def _by_a_review_that_was_dismissed(place: Guarded) -> Comment | None:
    store, repository = place.bot.hub.store, place.bot.repository
    amara = place.user("amara")
    said = reviews.submit(store, repository, place.pull, author=amara, state="approved")
    await place.settle()
    reviews.dismiss(store, repository, place.pull, said, dismisser=place.user("ada"))
    await place.settle()
    reviews.submit(store, repository, place.pull, author=place.user("bo"), state="approved")
    await place.settle()
    return None


async def _edit(place: Guarded, comment: Comment, body: str, *, editor: str) -> None:
    store, repository = place.bot.hub.store, place.bot.repository
    issues.edit_comment(store, repository, comment, body=body, editor=place.user(editor))
    await place.settle()


TWO = POLICY.replace("approvals: {from", "approvals: {count: 2, from")
BY_REVIEW = TWO.replace("count: 2, ", "count: 2, reviews: true, ")

ATTACKS = (
    Attack(
        name="the requester, who is an approver, approves",
        learned_from="runatlantis/atlantis#4813",
        play=_by_the_requester,
        reason="self_approval",
        policy=POLICY.replace("amara, bo", "amara, bo, wren"),
    ),
    Attack(
        name="the author approves",
        learned_from="syncthing/syncthing#10419",
        play=_by_the_author_of_the_pull_request,
        reason="self_approval",
        policy=POLICY.replace("amara, bo", "amara, bo, ada"),
    ),
    Attack(
        name="a co-author approves",
        learned_from="palantir/policy-bot#439",
        play=_by_a_co_author,
        reason="self_approval",
    ),
    Attack(
        name="a contributor who is not the author approves",
        learned_from="palantir/policy-bot#583",
        play=_by_the_committer_of_another_name,
        reason="self_approval",
    ),
    Attack(
        name="somebody approves whom the policy does not name",
        learned_from="runatlantis/atlantis#4813",
        play=_by_a_stranger_to_the_policy,
        reason="not_an_approver",
    ),
    Attack(
        name="one person approves twice",
        learned_from="palantir/policy-bot#33",
        play=_by_the_same_person_twice,
        policy=TWO,
    ),
    Attack(
        name="a login passes to somebody else",
        learned_from="github.com/orgs/community: account renames",
        play=_by_whoever_took_the_login,
        policy=TWO,
    ),
    Attack(
        name="the approver's role is taken away",
        learned_from="palantir/policy-bot#583",
        play=_by_someone_who_lost_the_role_since,
        policy=TWO,
    ),
    Attack(
        name="the approving comment is edited",
        learned_from="palantir/policy-bot#33",
        play=_edited_by_its_author,
        policy=TWO,
    ),
    Attack(
        name="the approving comment is edited by somebody else",
        learned_from="palantir/policy-bot#33",
        play=_edited_by_somebody_else,
        policy=TWO,
    ),
    Attack(
        name="a comment is made an approval by editing it",
        learned_from="github/branch-deploy#373",
        play=_an_innocent_comment_made_an_approval,
        policy=TWO,
    ),
    Attack(
        name="the approving comment is deleted",
        learned_from="palantir/policy-bot#33",
        play=_deleted,
        policy=TWO,
    ),
    Attack(
        name="the approving comment is deleted, and the event lost",
        learned_from="runs-on/runs-on#539",
        play=_deleted_while_nobody_heard,
        policy=TWO,
    ),
    Attack(name="the approval is old", learned_from="runatlantis/atlantis#1122", play=_too_old, policy=TWO),
    Attack(
        name="a push follows the approval",
        learned_from="github/branch-deploy#315",
        play=_then_pushed,
        policy=TWO,
    ),
    Attack(
        name="the base is changed after the approval",
        learned_from="runatlantis/atlantis#1508",
        play=_then_retargeted,
        policy=TWO,
    ),
    Attack(
        name="other parameters than the approved ones",
        learned_from="runatlantis/atlantis#1508",
        play=_of_other_parameters,
        policy=TWO,
    ),
    Attack(
        name="GitHub cannot say what the approver may do",
        learned_from="warestack/watchflow#26",
        play=_while_github_cannot_say_who_that_is,
        reason="could_not_verify",
    ),
    Attack(
        name="an author hides behind the 250th commit",
        learned_from="palantir/policy-bot#583",
        play=_of_more_commits_than_github_lists,
    ),
    Attack(
        name="the pull request brings its own policy",
        learned_from="runatlantis/atlantis#1508",
        play=_by_the_policy_of_the_pull_request_itself,
        reason="not_an_approver",
    ),
    Attack(
        name="reviews of an older head",
        learned_from="runatlantis/atlantis#5795",
        play=_by_a_review_of_an_older_head,
        policy=BY_REVIEW,
    ),
    Attack(
        name="a dismissed review",
        learned_from="runatlantis/atlantis#3372",
        play=_by_a_review_that_was_dismissed,
        policy=BY_REVIEW,
    ),
)


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
async def test_nothing_is_deployed_by_a_word_that_does_not_count(attack: Attack, tmp_path: Path) -> None:
    async with guarded(tmp_path, policy=attack.policy) as place:
        asked = await place.says("wren", "/deploy production")
        assert place.answer(asked)[0] == "waiting"

        said = await attack.play(place)

        assert place.deployed() == []
        if said is not None:
            assert place.answer(said) == ("refused", attack.reason)

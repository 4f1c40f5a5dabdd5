"""What is tried with approvals that should not count, after `wren` asked for production."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.localhub.faults import DeliveryFault, Fault
from bot.localhub.state import accounts, git, issues, pulls, reviews
from tests.support.guarded import POLICY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.localhub.state.nouns import Comment
    from tests.support.guarded import Guarded


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


async def by_the_requester(place: Guarded) -> Comment:
    """This function will try it by the requester."""
    return await place.says("wren", "/approve production")


async def by_the_author_of_the_pull_request(place: Guarded) -> Comment:
    """This function will try it by the author of the pull request."""
    return await place.says("ada", "/approve production")


async def by_a_co_author(place: Guarded) -> Comment:
    """This function will try it by a co author."""
    amara = place.user("amara")
    trailer = f"Co-authored-by: Amara <{amara.id}+amara@users.noreply.github.com>"
    place.push(message=f"Dredge deeper\n\n{trailer}")
    await place.settle()
    await place.says("wren", "/deploy production")
    return await place.says("amara", "/approve production")


async def by_the_committer_of_another_name(place: Guarded) -> Comment:
    """This function will try it by the committer of another name."""
    place.push("amara", message="A suggestion taken over")
    await place.settle()
    await place.says("wren", "/deploy production")
    return await place.says("amara", "/approve production")


async def by_a_stranger_to_the_policy(place: Guarded) -> Comment:
    """This function will try it by a stranger to the policy."""
    return await place.says("mallory", "/approve production")


async def by_the_same_person_twice(place: Guarded) -> Comment | None:
    """This function will try it by the same person twice."""
    await place.says("amara", "/approve production")
    await place.says("amara", "/approve production")
    return None


async def by_whoever_took_the_login(place: Guarded) -> Comment | None:
    """This function will try it: one of two approved; their login then passes to somebody else."""
    await place.says("amara", "/approve production")
    accounts.rename_user(place.bot.hub.store, place.user("amara"), "amara-lund")
    accounts.set_role(place.bot.repository, place.user("amara"), "write")  # a new person of that name
    await place.says("bo", "/approve production")
    return None


async def by_someone_who_lost_the_role_since(place: Guarded) -> Comment | None:
    """This function will try it by someone who lost the role since."""
    await place.says("amara", "/approve production")
    accounts.set_role(place.bot.repository, place.user("amara"), "none")
    await place.says("bo", "/approve production")
    return None


async def edited_by_its_author(place: Guarded) -> Comment | None:
    """This function will try it edited by its author."""
    said = await place.says("amara", "/approve production")
    await _edit(place, said, "/approve production, but only if it rains", editor="amara")
    await place.says("bo", "/approve production")
    return None


async def edited_by_somebody_else(place: Guarded) -> Comment | None:
    """This function will try it edited by somebody else."""
    said = await place.says("amara", "/approve production")
    await _edit(place, said, "/approve production\n\nall of it", editor="mallory")
    await place.says("bo", "/approve production")
    return None


async def an_innocent_comment_made_an_approval(place: Guarded) -> Comment | None:
    """This function will try it an innocent comment made an approval."""
    said = await place.says("amara", "Looks good so far.")
    await _edit(place, said, "/approve production", editor="mallory")
    await place.says("bo", "/approve production")
    return None


async def deleted(place: Guarded) -> Comment | None:
    """This function will try it deleted."""
    said = await place.says("amara", "/approve production")
    store, repository = place.bot.hub.store, place.bot.repository
    issues.delete_comment(store, repository, said, deleter=place.user("amara"))
    await place.settle()
    await place.says("bo", "/approve production")
    return None


async def deleted_while_nobody_heard(place: Guarded) -> Comment | None:
    """This function will try it: the event of the deletion is lost; the comment is looked for all the same."""
    said = await place.says("amara", "/approve production")
    place.bot.hub.faults.add(DeliveryFault(kind="lose", event="issue_comment", count=1))
    store, repository = place.bot.hub.store, place.bot.repository
    issues.delete_comment(store, repository, said, deleter=place.user("amara"))
    await place.settle()
    await place.says("bo", "/approve production")
    return None


async def too_old(place: Guarded) -> Comment | None:
    """This function will try it too old."""
    await place.says("amara", "/approve production")
    place.bot.clock.advance(timedelta(hours=23))
    await place.settle()
    await place.says("wren", "/deploy production")
    place.bot.clock.advance(timedelta(hours=2))
    await place.settle()
    return None


async def then_pushed(place: Guarded) -> Comment | None:
    """This function will try it then pushed."""
    await place.says("amara", "/approve production")
    place.push("ada", content="a back door")
    await place.settle()
    await place.says("bo", "/approve production")
    return None


async def then_retargeted(place: Guarded) -> Comment | None:
    """This function will try it then retargeted."""
    await place.says("amara", "/approve production")
    store, repository = place.bot.hub.store, place.bot.repository
    git.push(
        store, repository, "release", files={"notes": "1"}, message="Branch off", author=place.user("ada")
    )
    pulls.retarget(store, repository, place.pull, "release", sender=place.user("ada"))
    await place.settle()
    await place.says("bo", "/approve production")
    return None


async def of_other_parameters(place: Guarded) -> Comment | None:
    """This function will try it of other parameters."""
    await place.says("amara", "/approve production")
    await place.says("bo", "/reject production wrong region")
    await place.says("wren", "/deploy production --param region=us")
    await place.says("bo", "/approve production")
    return None


async def while_github_cannot_say_who_that_is(place: Guarded) -> Comment:
    """This function will try it while github cannot say who that is."""
    place.bot.hub.faults.add(Fault(kind="status", path=r"/collaborators/amara/permission", status=502))
    return await place.says("amara", "/approve production")


async def of_more_commits_than_github_lists(place: Guarded) -> Comment | None:
    """This function will try it of more commits than github lists."""
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


async def by_the_policy_of_the_pull_request_itself(place: Guarded) -> Comment:
    """This function will try it by the policy of the pull request itself."""
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


async def by_a_review_of_an_older_head(place: Guarded) -> Comment | None:
    """This function will try it by a review of an older head."""
    store, repository, old = place.bot.hub.store, place.bot.repository, place.pull.head_sha
    place.push("ada", content="something else")
    await place.settle()
    await place.says("wren", "/deploy production")
    for login in ("amara", "bo"):
        reviews.submit(store, repository, place.pull, author=place.user(login), state="approved", sha=old)
    await place.settle()
    return None


async def by_a_review_that_was_dismissed(place: Guarded) -> Comment | None:
    """This function will try it by a review that was dismissed."""
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

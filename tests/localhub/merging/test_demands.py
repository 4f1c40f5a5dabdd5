"""What classic protection and rulesets demand of a merge, a push and a deletion on the local GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import git, reviews, statuses
from bot.localhub.state.nouns import ReviewThread
from bot.localhub.state.protections import Protection, RequiredCheck, RequiredReviews, Rule
from tests.localhub.merging.conftest import R

if TYPE_CHECKING:
    from tests.localhub.merging.conftest import Yard
    from tests.support.hub_client import Receiver

TEST = RequiredCheck(context="test")
SAFE = RequiredCheck(context="safe")
VIOLATIONS = "Repository rule violations found"
REVIEW = {
    "required_approving_review_count": 1,
    "dismiss_stale_reviews_on_push": False,
    "require_code_owner_review": False,
    "require_last_push_approval": False,
    "required_review_thread_resolution": False,
}


def checks_rule(*names: str, strict: bool = False, app: int | None = None) -> Rule:
    """This function will make the rule that asks for checks."""
    bound = {} if app is None else {"integration_id": app}
    return Rule(
        type="required_status_checks",
        parameters={
            "required_status_checks": [{"context": name, **bound} for name in names],
            "strict_required_status_checks_policy": strict,
        },
    )


async def refused(yard: Yard, method: str = "merge") -> str:
    """This function will give the words of a refused merge."""
    answer = await yard.merge(merge_method=method)
    assert answer.status == 405, answer.body
    return str(answer.body["message"])


async def test_a_required_check_must_be_green(yard: Yard) -> None:
    """https://github.com/kubernetes-sigs/prow/issues/337: a running re-run is not yesterday's success."""
    yard.repository.protections["main"] = Protection(checks=(SAFE,))
    head = yard.pull.head_sha
    assert await refused(yard) == 'Required status check "safe" is expected.'
    yard.check(head, "failure", "safe")
    assert await refused(yard) == 'Required status check "safe" is failing.'
    yard.check(head, "success", "safe")
    yard.check(head, None, "safe")
    assert await refused(yard) == 'Required status check "safe" is in progress.'
    yard.check(head, "skipped", "safe")
    assert (await yard.merge()).status == 200


async def test_several_missing_checks_are_counted(yard: Yard) -> None:
    yard.repository.protections["ma*"] = Protection(checks=(SAFE, RequiredCheck(context="wise")))
    assert await refused(yard) == "2 of 2 required status checks are expected."
    yard.check(yard.pull.head_sha, "failure", "wise")
    text = "2 of 2 required status checks have not succeeded: 1 expected, 1 failing."
    assert await refused(yard) == text


@pytest.mark.parametrize(("state", "words"), [("pending", "pending"), ("error", "failing"), ("success", "")])
async def test_a_status_may_be_the_required_check(yard: Yard, state: str, words: str) -> None:
    yard.repository.protections["main"] = Protection(checks=(SAFE,))
    new = statuses.NewCommitStatus(state=state, creator=yard.hub.store.user("ada"), context="safe")
    statuses.report(yard.hub.store, yard.repository, yard.pull.head_sha, new)
    if words:
        assert await refused(yard) == f'Required status check "safe" is {words}.'
    else:
        assert (await yard.merge()).status == 200


async def test_a_check_bound_to_an_app_counts_only_from_it(yard: Yard) -> None:
    yard.rule(checks_rule("safe", app=yard.hub.app_id))
    yard.check(yard.pull.head_sha, "success", "safe")
    new = statuses.NewCommitStatus(state="success", creator=yard.hub.store.user("ada"), context="safe")
    statuses.report(yard.hub.store, yard.repository, yard.pull.head_sha, new)
    assert await refused(yard) == f'{VIOLATIONS}\n\nRequired status check "safe" is expected.\n\n'


async def test_strict_means_up_to_date(yard: Yard) -> None:
    yard.rule(checks_rule("test", strict=True))
    yard.check(yard.pull.head_sha, "success")
    yard.push("main", {"other.txt": "1"})
    await yard.read("pulls/1")
    assert (await yard.read("pulls/1"))["mergeable_state"] == "behind"
    assert "Head branch is out of date" in await refused(yard)
    answer = await yard.call("PUT", f"{R}/pulls/1/update-branch", {"expected_head_sha": yard.pull.head_sha})
    assert answer.status == 202
    yard.check(yard.pull.head_sha, "success")
    assert (await yard.merge()).status == 200


async def test_reviews_of_people_who_may_write_count(yard: Yard) -> None:
    store, repository = yard.hub.store, yard.repository
    bo, eve = store.user("bo"), store.user("eve")
    repository.collaborators |= {bo.id: "write", eve.id: "read"}
    repository.protections["main"] = Protection(reviews=RequiredReviews(count=1))
    words = "At least 1 approving review is required by reviewers with write access."
    assert await refused(yard) == words
    reviews.submit(store, repository, yard.pull, author=eve, state="approved")
    assert await refused(yard) == words
    reviews.submit(store, repository, yard.pull, author=bo, state="changes_requested")
    assert "Changes have been requested" in await refused(yard)
    reviews.submit(store, repository, yard.pull, author=bo, state="approved")
    reviews.submit(store, repository, yard.pull, author=bo, state="commented")
    assert (await yard.merge()).status == 200


async def test_a_push_makes_approvals_stale_where_that_is_asked(yard: Yard, receiver: Receiver) -> None:
    store, repository, bo = yard.hub.store, yard.repository, yard.hub.store.user("bo")
    repository.collaborators[bo.id] = "write"
    yard.rule(
        Rule(type="pull_request", parameters={**REVIEW, "dismiss_stale_reviews_on_push": True}),
    )
    reviews.submit(store, repository, yard.pull, author=bo, state="approved")
    yard.push("main", {"other.txt": "1"})
    await yard.call("PUT", f"{R}/pulls/1/update-branch")
    assert yard.pull.reviews[0].state == "approved", "the change is the same after an update"
    yard.push("topic", {"more.txt": "1"})
    assert yard.pull.reviews[0].state == "dismissed"
    await receiver.until(lambda found: any(one.name == "pull_request_review.dismissed" for one in found))


async def test_the_last_push_must_be_approved_where_that_is_asked(yard: Yard) -> None:
    store, repository, bo = yard.hub.store, yard.repository, yard.hub.store.user("bo")
    repository.collaborators[bo.id] = "write"
    two = {**REVIEW, "required_approving_review_count": 2, "require_last_push_approval": True}
    yard.rule(Rule(type="pull_request", parameters=two))
    reviews.submit(store, repository, yard.pull, author=bo, state="approved")
    assert "At least 2 approving reviews are required" in await refused(yard)
    two["required_approving_review_count"] = 1
    yard.push("topic", {"more.txt": "1"})
    assert "At least 1 approving review is required" in await refused(yard)


async def test_conversations_must_be_resolved_where_that_is_asked(yard: Yard) -> None:
    yard.repository.protections["main"] = Protection(conversations=True)
    thread = ReviewThread(id=yard.hub.store.next_id(), path="src/lib.rs", line=1)
    yard.pull.threads.append(thread)
    assert "A conversation must be resolved" in await refused(yard)
    thread.resolved = True
    assert (await yard.merge()).status == 200


async def test_a_linear_history_has_no_merge_commits(yard: Yard) -> None:
    yard.rule(Rule(type="required_linear_history"))
    assert "This branch must not contain merge commits." in await refused(yard)
    assert (await yard.merge(merge_method="squash")).status == 200


async def test_classic_protection_may_ask_for_a_linear_history_too(yard: Yard) -> None:
    yard.repository.protections["main"] = Protection(linear=True)
    assert await refused(yard) == "Merge commits are not allowed on this repository."
    assert (await yard.merge(merge_method="rebase")).status == 200


async def test_a_ruleset_may_allow_some_methods_only(yard: Yard) -> None:
    some = {**REVIEW, "required_approving_review_count": 0, "allowed_merge_methods": ["squash"]}
    yard.rule(Rule(type="pull_request", parameters=some))
    assert VIOLATIONS in await refused(yard, "rebase")
    assert (await yard.merge(merge_method="squash")).status == 200


async def test_a_ruleset_that_does_not_hold_demands_nothing(yard: Yard) -> None:
    bot = yard.hub.app.bot
    yard.rule(checks_rule("safe"), enforcement="evaluate")
    yard.rule(checks_rule("safe"), bypass=frozenset({bot.id}))
    yard.rule(checks_rule("safe"), include=("~ALL",), exclude=("refs/heads/main",))
    yard.rule(checks_rule("safe"), include=("refs/heads/release/*",))
    yard.rule(checks_rule("safe"), target="tag", include=("~ALL",))
    assert (await yard.merge()).status == 200


@pytest.mark.parametrize("is_ruled", [True, False])
@pytest.mark.parametrize(
    ("call", "body", "status"),
    [
        ("PATCH git/refs/heads/main", {"sha": "topic"}, 422),
        ("POST merges", {"base": "main", "head": "topic"}, 403),
        ("PUT contents/new.txt", {"message": "New", "content": "eA=="}, 409),
    ],
)
async def test_a_push_past_the_pull_request_is_refused(
    yard: Yard, *, is_ruled: bool, call: str, body: dict[str, str], status: int
) -> None:
    before = yard.tip().sha
    if is_ruled:
        yard.rule(Rule(type="pull_request", parameters=REVIEW), checks_rule("safe"))
    else:
        yard.repository.protections["main"] = Protection(reviews=RequiredReviews(), checks=(SAFE,))
    sent = {name: yard.pull.head_sha if text == "topic" else text for name, text in body.items()}
    method, _, path = call.partition(" ")
    answer = await yard.call(method, f"{R}/{path}", sent)
    assert answer.status == status
    assert "Changes must be made through a pull request." in answer.body["message"]
    assert 'Required status check "safe" is expected.' in answer.body["message"]
    assert (VIOLATIONS in answer.body["message"]) is is_ruled
    assert yard.tip().sha == before


async def test_rewriting_and_deleting_are_refused_where_the_branch_is_protected(yard: Yard) -> None:
    old = yard.tip().sha
    git.move_branch(yard.hub.store, yard.repository, "kept", old, yard.hub.store.user("ada"))
    yard.push("kept", {"a.txt": "1"})
    for rules in (Protection(), Protection(allow_force_pushes=True, allow_deletions=True)):
        yard.repository.protections["kept"] = rules
        forced = await yard.call("PATCH", f"{R}/git/refs/heads/kept", {"sha": old, "force": True})
        assert (forced.status == 200) is rules.allow_force_pushes
        gone = await yard.call("DELETE", f"{R}/git/refs/heads/kept")
        assert (gone.status == 204) is rules.allow_deletions


async def test_rulesets_refuse_creation_update_rewriting_and_deletion(yard: Yard) -> None:
    old = yard.tip().sha
    made = yard.push("held/one", {"a.txt": "1"})
    held = yard.rule(Rule(type="creation"), include=("refs/heads/held/*",))
    answer = await yard.call("POST", f"{R}/git/refs", {"ref": "refs/heads/held/two", "sha": old})
    assert "Cannot create ref due to creations being restricted." in answer.body["message"]
    held.rules = (Rule(type="non_fast_forward"), Rule(type="deletion"))
    forced = await yard.call("PATCH", f"{R}/git/refs/heads/held/one", {"sha": old, "force": True})
    assert "Cannot force-push to this branch" in forced.body["message"]
    gone = await yard.call("DELETE", f"{R}/git/refs/heads/held/one")
    assert "Cannot delete this branch" in gone.body["message"]
    held.rules = (Rule(type="update", parameters={"update_allows_fetch_and_merge": False}),)
    answer = await yard.call("PATCH", f"{R}/git/refs/heads/held/one", {"sha": made.sha})
    assert "Cannot update this protected ref." in answer.body["message"]
    assert (await yard.call("DELETE", f"{R}/git/refs/heads/main")).status == 422


async def test_administrators_pass_where_it_is_not_enforced_for_them(yard: Yard) -> None:
    yard.repository.collaborators[yard.hub.app.bot.id] = "admin"
    yard.repository.protections["main"] = Protection(checks=(SAFE,), enforce_admins=True)
    await refused(yard)
    yard.repository.protections["main"] = Protection(checks=(SAFE,))
    assert (await yard.merge()).status == 200


@pytest.mark.parametrize(
    ("conclusion", "demanded", "state"),
    [("success", (), "clean"), ("failure", (), "unstable"), (None, (TEST,), "blocked")],
)
async def test_how_it_stands_is_summed_up(
    yard: Yard, conclusion: str | None, demanded: tuple[RequiredCheck, ...], state: str
) -> None:
    pull = yard.open("other", {"other.txt": "1"})
    yard.repository.protections["main"] = Protection(checks=demanded)
    yard.check(pull.head_sha, conclusion)
    await yard.read("pulls/2")
    assert (await yard.read("pulls/2"))["mergeable_state"] == state
    pull.draft = True
    assert (await yard.read("pulls/2"))["mergeable_state"] == "draft"

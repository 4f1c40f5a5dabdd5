"""Merges of pull requests on the local GitHub: the three methods, their words, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import accounts, git, issues, pulls
from tests.localhub.merging.conftest import R

if TYPE_CHECKING:
    from tests.localhub.merging.conftest import Yard
    from tests.support.hub_client import Receiver


async def test_a_merge_commit_has_both_parents(yard: Yard) -> None:
    before, pull = yard.tip().sha, yard.pull
    answer = await yard.merge()
    assert answer.body == {
        "sha": yard.tip().sha,
        "merged": True,
        "message": "Pull Request successfully merged",
    }
    assert yard.tip().parents == (before, pull.head_sha)
    assert yard.tip().message == "Merge pull request #1 from acme/topic\n\nFix it"
    assert yard.tip().committer.login == "web-flow"
    shown = await yard.read("pulls/1")
    assert (shown["merged"], shown["state"], shown["base"]["sha"]) == (True, "closed", before)
    assert (shown["merged_by"]["login"], shown["mergeable"]) == ("pilothouse[bot]", None)


async def test_a_squash_has_one_parent_and_the_author_of_the_pull_request(yard: Yard) -> None:
    yard.push("topic", {"more.txt": "more"}, "Add more\n\nAnd why.")
    before = yard.tip().sha
    assert (await yard.merge(merge_method="squash")).status == 200
    assert yard.tip().parents == (before,)
    assert yard.tip().author.login == "ada"
    assert yard.tip().message == "Fix it (#1)\n\n* Fix\n\n* Add more\n\nAnd why."
    assert yard.files()["more.txt"] == b"more"


async def test_a_squash_of_one_commit_bears_its_words(yard: Yard) -> None:
    pull = yard.open("one", {"one.txt": "1"})
    yard.hub.store.commits[pull.head_sha].message = "Add the one\n\nBecause."
    assert (await yard.merge(pull, merge_method="squash")).status == 200
    assert yard.tip().message == "Add the one (#2)\n\nBecause."


@pytest.mark.parametrize(
    ("settings", "method", "message"),
    [
        ({"squash_merge_commit_title": "PR_TITLE", "squash_merge_commit_message": "PR_BODY"}, "squash",
         "Fix it (#1)\n\nPlease"),
        ({"squash_merge_commit_title": "PR_TITLE", "squash_merge_commit_message": "BLANK"}, "squash",
         "Fix it (#1)"),
        ({"merge_commit_title": "PR_TITLE", "merge_commit_message": "PR_BODY"}, "merge",
         "Fix it (#1)\n\nPlease"),
        ({"merge_commit_title": "MERGE_MESSAGE", "merge_commit_message": "BLANK"}, "merge",
         "Merge pull request #1 from acme/topic"),
    ],
)  # fmt: skip
async def test_the_settings_choose_the_words(
    yard: Yard, settings: dict[str, str], method: str, message: str
) -> None:
    for name, value in settings.items():
        setattr(yard.repository.merge_settings, name, value)
    assert (await yard.merge(merge_method=method)).status == 200
    assert yard.tip().message == message


async def test_the_call_may_bring_its_own_words(yard: Yard) -> None:
    await yard.merge(merge_method="squash", commit_title="Fix (#1)", commit_message="Seen-by: bo")
    assert yard.tip().message == "Fix (#1)\n\nSeen-by: bo"


async def test_a_rebase_carries_each_commit_over_with_its_author(yard: Yard) -> None:
    yard.push("topic", {"more.txt": "more"}, "Add more")
    moved = yard.push("main", {"other.txt": "other"}, "Move on")
    head = yard.pull.head_sha
    assert (await yard.merge(merge_method="rebase")).status == 200
    last = yard.tip()
    first = yard.hub.store.commits[last.parents[0]]
    assert (first.message, last.message, first.parents) == ("Fix", "Add more", (moved.sha,))
    assert (last.author.login, last.committer.login) == ("ada", "pilothouse[bot]")
    assert head not in {one.sha for one in git.history(yard.hub.store, last.sha)}
    found = await yard.read(f"commits/{first.sha}/pulls")
    assert [one["number"] for one in found] == [1]


async def test_changes_of_different_lines_come_together(yard: Yard) -> None:
    text = "".join(f"{number}\n" for number in range(9))
    yard.push("main", {"list.txt": text})
    one = yard.open("one", {"list.txt": text.replace("0", "zero")})
    two = yard.open("two", {"list.txt": text.replace("8", "eight")})
    assert (await yard.merge(one)).status == (await yard.merge(two)).status == 200
    assert yard.files()["list.txt"].decode() == text.replace("0", "zero").replace("8", "eight")


async def test_a_conflict_is_not_mergeable(yard: Yard) -> None:
    yard.push("main", {"src/lib.rs": "fn main() { panic!() }\n"})
    await yard.read("pulls/1")
    shown = await yard.read("pulls/1")
    assert (shown["mergeable"], shown["mergeable_state"]) == (False, "dirty")
    answer = await yard.merge()
    assert (answer.status, answer.body["message"]) == (405, "Pull Request is not mergeable")
    answer = await yard.merge(merge_method="rebase")
    assert (answer.status, answer.body["message"]) == (405, "This branch can't be rebased")


async def test_whether_it_merges_is_unknown_again_when_the_base_moved(yard: Yard) -> None:
    """https://github.com/chdsbd/kodiak/issues/397: an answer from before the push is none."""
    assert (await yard.read("pulls/1"))["mergeable"] is None
    assert (await yard.read("pulls/1"))["mergeable"] is True
    yard.push("main", {"other.txt": "other"})
    assert (await yard.read("pulls/1"))["mergeable"] is None
    assert (await yard.read("pulls/1"))["mergeable_state"] != "unknown"


async def test_another_head_is_a_conflict(yard: Yard) -> None:
    old = yard.pull.head_sha
    yard.push("topic", {"more.txt": "more"})
    answer = await yard.merge(sha=old)
    assert answer.status == 409
    assert answer.body["message"] == "Head branch was modified. Review and try the merge again."
    assert not yard.pull.merged


async def test_a_draft_and_a_merged_one_are_refused(yard: Yard) -> None:
    store, ada = yard.hub.store, yard.hub.store.user("ada")
    pulls.set_draft(store, yard.repository, yard.pull, draft=True, sender=ada)
    assert (await yard.merge()).body["message"] == "Pull Request is still a draft"
    pulls.set_draft(store, yard.repository, yard.pull, draft=False, sender=ada)
    assert (await yard.merge()).status == 200
    assert (await yard.merge()).status == 405


async def test_a_method_that_is_no_method_is_refused(yard: Yard) -> None:
    answer = await yard.call("PUT", f"{R}/pulls/1/merge", {"merge_method": "octopus"})
    assert answer.status == 422


@pytest.mark.parametrize(
    ("setting", "method", "words"),
    [
        ("allow_merge_commit", "merge", "Merge commits are not allowed on this repository."),
        ("allow_squash_merge", "squash", "Squash merges are not allowed on this repository."),
        ("allow_rebase_merge", "rebase", "Rebase merges are not allowed on this repository."),
    ],
)
async def test_a_method_that_is_switched_off_is_refused(
    yard: Yard, setting: str, method: str, words: str
) -> None:
    assert (await yard.read(""))[setting] is True
    setattr(yard.repository.merge_settings, setting, False)
    assert (await yard.read(""))[setting] is False
    answer = await yard.merge(merge_method=method)
    assert (answer.status, answer.body["message"]) == (405, words)


async def test_a_merge_closes_the_issues_it_fixes(yard: Yard) -> None:
    store, ada = yard.hub.store, yard.hub.store.user("ada")
    bugs = [issues.open_issue(store, yard.repository, title="Bug", body=None, author=ada) for _ in range(4)]
    first, second, third, fourth = (one.number for one in bugs)
    body = f"Fixes #{first}, closes: acme/rocket#{second}; see #{third}. Resolves other/one#{fourth} Fixed #1"
    pull = yard.open("fix", {"fix.txt": "1"}, body=body)
    assert (await yard.merge(pull)).status == 200
    assert [one.state for one in bugs] == ["closed", "closed", "open", "open"]


async def test_a_commit_in_the_default_branch_closes_what_it_says_it_fixes(yard: Yard) -> None:
    store, ada = yard.hub.store, yard.hub.store.user("ada")
    bug, other = (
        issues.open_issue(store, yard.repository, title="Bug", body=None, author=ada) for _ in range(2)
    )
    yard.push(
        "side", {"a.txt": "1"}, f"Mend it\n\nFixes #{bug.number}, fixes #1, fixes none/where#{other.number}"
    )
    assert bug.state == "open"
    pull = pulls.open_pull(store, yard.repository, title="Mend", head="side", author=ada)
    assert (await yard.merge(pull)).status == 200
    assert (bug.state, other.state, yard.pull.issue.state) == ("closed", "open", "open")


async def test_a_merge_into_another_branch_closes_no_issue(yard: Yard) -> None:
    ada = yard.hub.store.user("ada")
    bug = issues.open_issue(yard.hub.store, yard.repository, title="Bug", body=None, author=ada)
    pull = yard.open("stacked", {"fix.txt": "1"}, base="topic", body=f"Fixes #{bug.number}")
    assert (await yard.merge(pull)).status == 200
    assert bug.state == "open"


async def test_a_branch_deleted_by_the_merge_hands_on_what_is_stacked_on_it(
    yard: Yard, receiver: Receiver
) -> None:
    yard.repository.merge_settings.delete_branch_on_merge = True
    stacked = yard.open("stacked", {"two.txt": "2"}, base="topic")
    assert (await yard.merge()).status == 200
    assert "topic" not in yard.repository.branches
    assert (stacked.base_ref, stacked.issue.state) == ("main", "open")
    wanted = {"pull_request.closed", "pull_request.edited", "delete"}
    await receiver.until(lambda found: wanted <= {one.name for one in found})


async def test_a_branch_deleted_by_hand_closes_what_comes_from_it_and_what_is_stacked_on_it(
    yard: Yard,
) -> None:
    stacked = yard.open("stacked", {"two.txt": "2"}, base="topic")
    assert (await yard.call("DELETE", f"{R}/git/refs/heads/topic")).status == 204
    assert (yard.pull.issue.state, stacked.issue.state) == ("closed", "closed")
    answer = await yard.call("PATCH", f"{R}/pulls/1", {"state": "open"})
    assert answer.body["errors"][0]["message"] == "state cannot be changed. The branch has been deleted."


async def test_a_merged_pull_request_is_never_reopened(yard: Yard) -> None:
    await yard.merge()
    answer = await yard.call("PATCH", f"{R}/pulls/1", {"state": "open"})
    assert answer.status == 422


async def test_a_push_that_brings_the_head_counts_as_the_merge(yard: Yard) -> None:
    """https://docs.github.com/en/pull-requests: indirect merges."""
    head = yard.pull.head_sha
    answer = await yard.call("PATCH", f"{R}/git/refs/heads/main", {"sha": head})
    assert answer.status == 200
    assert (yard.pull.merged, yard.pull.issue.state, yard.pull.merge_sha) == (True, "closed", head)


async def test_a_pull_request_without_commits_is_not_opened(yard: Yard) -> None:
    git.move_branch(yard.hub.store, yard.repository, "same", yard.tip().sha, yard.hub.store.user("ada"))
    for body, words in (
        ({"title": "x", "head": "same", "base": "main"}, "No commits between main and same"),
        ({"title": "x", "head": "topic", "base": "main"}, "A pull request already exists for acme:topic."),
    ):
        answer = await yard.call("POST", f"{R}/pulls", body)
        assert (answer.status, answer.body["errors"][0]["message"]) == (422, words)


async def test_the_pages_of_a_fork_stay_as_they_are(yard: Yard) -> None:
    """A merge deletes no branch of someone else's repository."""
    store, eve = yard.hub.store, yard.hub.store.user("eve")
    fork = accounts.fork(store, yard.repository, owner=eve)
    git.push(store, fork, "topic2", files={"eve.txt": "eve"}, message="Eve", author=eve)
    pull = pulls.open_pull(
        store, yard.repository, title="Eve's", head="topic2", author=eve, head_repository=fork
    )
    yard.repository.merge_settings.delete_branch_on_merge = True
    assert (await yard.merge(pull)).status == 200
    assert "topic2" in fork.branches
    assert yard.tip().message.startswith("Merge pull request #2 from eve/topic2")

"""Branches, their protection, updates of them, merges of refs and the objects of git on the local GitHub."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import accounts, git, pulls
from bot.localhub.state.protections import Protection, RequiredCheck, RequiredReviews, Rule
from tests.localhub.merging.conftest import R
from tests.localhub.merging.test_demands import checks_rule
from tests.support.hub_client import calling

if TYPE_CHECKING:
    from tests.localhub.merging.conftest import Yard
    from tests.support.hub_client import Receiver


async def test_a_branch_tells_what_protects_it(yard: Yard) -> None:
    """Contexts and Apps are there with `contents: read`; the rest of the protection is for administrators."""
    plain = await yard.read("branches/main")
    assert (plain["protected"], plain["protection"]["enabled"]) == (False, False)
    assert plain["protection"]["required_status_checks"]["enforcement_level"] == "off"
    yard.repository.protections["main"] = Protection(
        checks=(RequiredCheck(context="test", app_id=7), RequiredCheck(context="lint")), strict=True
    )
    yard.rule(Rule(type="deletion"), include=("refs/heads/topic",))
    shown = (await yard.read("branches/main"))["protection"]["required_status_checks"]
    assert shown == {
        "enforcement_level": "non_admins",
        "contexts": ["test", "lint"],
        "checks": [{"context": "test", "app_id": 7}, {"context": "lint", "app_id": None}],
    }
    yard.repository.protections["main"].enforce_admins = True
    shown = (await yard.read("branches/main"))["protection"]["required_status_checks"]
    assert shown["enforcement_level"] == "everyone"
    yard.push("plain", {"a.txt": "1"})
    listed = {one["name"]: one["protected"] for one in await yard.read("branches")}
    assert listed == {"main": True, "plain": False, "topic": True}
    assert [one["name"] for one in await yard.read("branches?protected=false")] == ["plain"]
    assert (await yard.call("GET", f"{R}/branches/none")).status == 404


async def test_the_whole_protection_is_for_administrators(yard: Yard) -> None:
    yard.repository.protections["main"] = Protection(
        checks=(RequiredCheck(context="test"),), strict=True, reviews=RequiredReviews(count=2)
    )
    assert (await yard.call("GET", f"{R}/branches/main/protection")).status == 403
    yard.seeded.installation.permissions["administration"] = "read"
    token = yard.hub.access.issue(yard.seeded.installation, permissions=None, repository_ids=None)
    async with calling(yard.hub, token.text) as call:
        shown = (await call("GET", f"{R}/branches/main/protection")).body
        assert shown["required_status_checks"]["strict"] is True
        assert shown["required_pull_request_reviews"]["required_approving_review_count"] == 2
        assert (await call("GET", f"{R}/branches/topic/protection")).status == 404
        yard.repository.protections["topic"] = Protection()
        shown = (await call("GET", f"{R}/branches/topic/protection")).body
        assert not shown.keys() & {"required_status_checks", "required_pull_request_reviews"}


async def test_the_rules_of_a_branch_name_their_ruleset(yard: Yard) -> None:
    ruleset = yard.rule(checks_rule("test", app=7), Rule(type="required_linear_history"))
    found = await yard.read("rules/branches/main")
    assert [(one["type"], one["ruleset_id"], "parameters" in one) for one in found] == [
        ("required_status_checks", ruleset.id, True),
        ("required_linear_history", ruleset.id, False),
    ]
    assert await yard.read("rules/branches/not/made/yet") == []


async def test_an_update_merges_the_base_into_the_branch(yard: Yard, receiver: Receiver) -> None:
    moved = yard.push("main", {"other.txt": "1"})
    head = yard.pull.head_sha
    answer = await yard.call("PUT", f"{R}/pulls/1/update-branch", {"expected_head_sha": head})
    assert (answer.status, answer.body["message"]) == (202, "Updating pull request branch.")
    made = yard.tip("topic")
    assert (made.parents, made.message) == ((head, moved.sha), "Merge branch 'main' into topic")
    assert yard.pull.head_sha == made.sha
    assert (await yard.read("pulls/1"))["commits"] == 2
    await receiver.until(lambda found: any(one.name == "pull_request.synchronize" for one in found))


async def test_an_update_is_refused_for_another_head_for_nothing_new_and_for_a_conflict(yard: Yard) -> None:
    head = yard.pull.head_sha

    async def words(**body: str) -> str:
        answer = await yard.call("PUT", f"{R}/pulls/1/update-branch", body)
        assert answer.status == 422
        return str(answer.body["message"])

    assert await words() == "There are no new commits on the base branch."
    yard.push("main", {"src/lib.rs": "fn main() { panic!() }\n"})
    assert "expected head sha" in await words(expected_head_sha=yard.tip().sha)
    assert await words(expected_head_sha=head) == "merge conflict between base and head"
    await yard.call("DELETE", f"{R}/git/refs/heads/topic")
    assert await words() == "Pull request head branch does not exist"


async def test_the_branch_of_a_fork_is_not_the_apps_to_update(yard: Yard) -> None:
    store, eve = yard.hub.store, yard.hub.store.user("eve")
    fork = accounts.fork(store, yard.repository, owner=eve)
    git.push(store, fork, "hers", files={"eve.txt": "eve"}, message="Eve", author=eve)
    made = pulls.open_pull(
        store, yard.repository, title="Eve's", head="hers", author=eve, head_repository=fork
    )
    yard.push("main", {"other.txt": "1"})
    assert (await yard.call("PUT", f"{R}/pulls/{made.number}/update-branch")).status == 403


async def test_an_update_needs_to_write_contents_too(yard: Yard) -> None:
    """The description says so in words: the table of permissions has pull requests alone."""
    yard.push("main", {"other.txt": "1"})
    token = yard.hub.access.issue(
        yard.seeded.installation, permissions={"pull_requests": "write"}, repository_ids=None
    )
    async with calling(yard.hub, token.text) as call:
        assert (await call("PUT", f"{R}/pulls/1/update-branch")).status == 403


async def test_a_ref_is_merged_into_a_branch(yard: Yard) -> None:
    """Batches of the train and cherry-picks are made of these."""
    await yard.call("POST", f"{R}/git/refs", {"ref": "refs/heads/train/1", "sha": yard.tip().sha})
    head, before = yard.pull.head_sha, yard.tip().sha
    sent = {"base": "train/1", "head": head, "commit_message": "Take #1 along"}
    answer = await yard.call("POST", f"{R}/merges", sent)
    assert (answer.status, answer.body["commit"]["message"]) == (201, "Take #1 along")
    assert yard.tip("train/1").parents == (before, head)
    assert (await yard.call("POST", f"{R}/merges", sent)).status == 204
    usual = yard.open("usual", {"usual.txt": "1"})
    answer = await yard.call("POST", f"{R}/merges", {"base": "train/1", "head": "usual"})
    assert answer.body["commit"]["message"] == "Merge usual into train/1"
    assert not usual.merged


async def test_a_ref_that_conflicts_or_is_not_there_is_refused(yard: Yard) -> None:
    yard.push("main", {"src/lib.rs": "fn main() { panic!() }\n"})
    before = yard.tip().sha
    for base, head, status, words in (
        ("main", "topic", 409, "Merge conflict"),
        ("none", "topic", 404, "Base does not exist"),
        ("main", "none", 404, "Head does not exist"),
    ):
        answer = await yard.call("POST", f"{R}/merges", {"base": base, "head": head})
        assert (answer.status, answer.body["message"]) == (status, words)
    assert yard.tip().sha == before


async def test_an_annotated_tag_is_an_object_of_its_own(yard: Yard, receiver: Receiver) -> None:
    sha = yard.tip().sha
    new = {"tag": "v1.0.0", "message": "One\n", "object": sha, "type": "commit"}
    new |= {"tagger": {"name": "pilothouse[bot]", "email": "b@example.test", "date": "2026-01-02T03:04:05Z"}}  # type: ignore[dict-item]  # JSON nests
    made = await yard.call("POST", f"{R}/git/tags", new)
    assert made.status == 201
    tag = made.body["sha"]
    assert (await yard.call("GET", f"{R}/git/ref/tags/v1.0.0")).status == 404, "no ref names it yet"
    ref = await yard.call("POST", f"{R}/git/refs", {"ref": "refs/tags/v1.0.0", "sha": tag})
    assert ref.body["object"]["type"] == "tag"
    shown = await yard.read(f"git/tags/{tag}")
    assert (shown["object"]["sha"], shown["tagger"]["date"]) == (sha, "2026-01-02T03:04:05Z")
    assert (await yard.read("tags"))[0]["commit"]["sha"] == sha
    assert (await yard.read("commits/v1.0.0"))["sha"] == sha
    assert (await yard.read("git/matching-refs/tags/v1"))[0]["object"]["sha"] == tag
    again = await yard.call("POST", f"{R}/git/refs", {"ref": "refs/tags/v1.0.0", "sha": sha})
    assert (again.status, again.body["message"]) == (422, "Reference already exists")
    await receiver.until(lambda found: any(one.name == "create" for one in found))
    assert (await yard.call("GET", f"{R}/git/tags/{sha}")).status == 404


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        (
            "git/tags",
            {"tag": "v1", "message": "x", "object": "0" * 40, "type": "commit"},
            "Object does not exist",
        ),
        ("git/refs", {"ref": "refs/heads/x", "sha": "0" * 40}, "Object does not exist"),
        ("git/refs", {"ref": "heads", "sha": "0" * 40}, "Reference name must start with"),
        ("git/commits", {"tree": "0" * 40, "message": "x"}, "Tree SHA does not exist"),
        ("git/trees", {"tree": [{"path": "x", "mode": "100644", "type": "blob", "sha": "1"}]}, "tree.sha"),
        ("git/trees", {"base_tree": "nothing", "tree": []}, "base_tree is not a valid tree"),
        ("git/blobs", {"content": "x", "encoding": "base64"}, "content is not valid Base64"),
    ],
)
async def test_objects_of_what_is_not_there_are_refused(
    yard: Yard, path: str, body: dict[str, object], words: str
) -> None:
    answer = await yard.call("POST", f"{R}/{path}", body)
    assert answer.status == 422
    assert words in answer.body["message"]


async def test_a_tree_entry_has_a_sha_or_content(yard: Yard) -> None:
    blob = (await yard.call("POST", f"{R}/git/blobs", {"content": "x"})).body["sha"]
    both = {"path": "x", "mode": "100644", "type": "blob", "sha": blob, "content": "y"}
    assert (await yard.call("POST", f"{R}/git/trees", {"tree": [both]})).status == 422
    gone = {"path": "src/lib.rs", "mode": "100644", "type": "blob", "sha": None}
    sent = {"base_tree": yard.tip().sha, "tree": [gone]}
    made = (await yard.call("POST", f"{R}/git/trees", sent)).body
    assert [one["path"] for one in made["tree"]] == ["README.md"]


async def test_a_commit_may_name_its_author_and_its_time(yard: Yard) -> None:
    """A cherry-pick keeps who wrote the change, and when."""
    ada = (await yard.read(f"git/commits/{yard.pull.head_sha}"))["author"]
    old = "2020-01-02T03:04:05Z"
    new = {
        "message": "Pick",
        "tree": yard.tip().tree,
        "parents": [yard.tip().sha],
        "author": {**ada, "date": old},
        "committer": {"name": "someone", "email": "someone@example.test"},
    }
    made = (await yard.call("POST", f"{R}/git/commits", new)).body
    assert made["author"] == {**ada, "date": old}
    assert made["committer"]["name"] == "someone"
    found = yard.hub.store.commits[made["sha"]]
    assert found.authored_at == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (await yard.read(f"commits/{made['sha']}"))["author"]["login"] == "ada"
    for wrong in ({"name": "x"}, {**ada, "date": "yesterday"}):
        assert (await yard.call("POST", f"{R}/git/commits", {**new, "author": wrong})).status == 422
    assert (await yard.call("POST", f"{R}/git/commits", {**new, "parents": ["0" * 40]})).status == 422


async def test_a_push_tells_whether_it_was_forced(yard: Yard, receiver: Receiver) -> None:
    old = yard.tip().sha
    yard.push("other", {"a.txt": "1"})
    yard.push("other", {"a.txt": "2"})
    assert (await yard.call("PATCH", f"{R}/git/refs/heads/other", {"sha": old})).status == 422
    sent = {"sha": old, "force": True}
    assert (await yard.call("PATCH", f"{R}/git/refs/heads/other", sent)).status == 200
    await receiver.until(lambda found: sum(one.name == "push" for one in found) == 3)
    assert sorted(one.payload["forced"] for one in receiver.received if one.name == "push") == [
        False,
        False,
        True,
    ]
    assert (await yard.call("PATCH", f"{R}/git/refs/heads/none", sent)).status == 422


def test_the_best_common_commit_is_one_that_no_other_follows(yard: Yard) -> None:
    """The base that was merged in last, not the one a branch once started from."""
    store, ada = yard.hub.store, yard.hub.store.user("ada")
    start = yard.tip()
    newer = yard.push("main", {"a.txt": "1"})
    side = git.commit(store, start.files, parents=(start.sha,), message="side", author=ada)
    late = git.commit(store, newer.files, parents=(newer.sha,), message="late", author=ada)
    later = git.commit(store, newer.files, parents=(late.sha,), message="later", author=ada)
    head = git.commit(store, newer.files, parents=(side.sha, later.sha), message="both", author=ada)
    found = git.merge_base(store, newer.sha, head.sha)
    assert found is not None
    assert found.sha == newer.sha
    alone = git.commit(store, {}, parents=(), message="alone", author=ada)
    assert git.merge_base(store, alone.sha, head.sha) is None

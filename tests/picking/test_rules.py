"""What a merged pull request comes to as commits, and what is made of them elsewhere."""

from __future__ import annotations

import pytest

from bot.commands.model import Refused
from bot.commands.reasons import Reason
from bot.github.commit_models import Commit, GitCommit, GitPerson
from bot.github.models import Actor, Sha
from bot.picking.model import Change, Kind, Pick, Way
from bot.picking.rules import (
    MOST_BRANCHES,
    backward,
    forward,
    head_branch,
    is_rebase,
    merge_message,
    obvious_tree,
    picked_message,
    pull_title,
    read_branches,
    revert_message,
    revert_title,
    scratch_branch,
    way_of,
)

ADA = GitPerson(name="Ada", email="ada@example.com", date="2026-01-01T00:00:00Z")


def own(message: str, *, parents: int = 1, login: str = "ada", email: str = "ada@example.com") -> Commit:
    return Commit(
        sha=Sha("e" * 40),
        tree="t",
        parents=tuple(Sha(str(index) * 40) for index in range(parents)),
        message=message,
        author=Actor(id=1, login=login) if login else None,
        author_email=email,
        committer=None,
        committer_email="",
    )


def made(message: str, *, parents: int = 1) -> GitCommit:
    names = tuple(Sha(str(index) * 40) for index in range(parents))
    return GitCommit(sha=Sha("f" * 40), tree="t", parents=names, message=message, author=ADA, committer=ADA)


def pick(message: str = "Dredge", sha: str = "a", tree: str = "new") -> Pick:
    return Pick(
        sha=Sha(sha * 40),
        tree=tree,
        parent=Sha("9" * 40),
        parent_tree="old",
        message=message,
        author=ADA,
    )


def change(title: str = "Dredge", *picks: Pick) -> Change:
    return Change(number=12, title=title, base_ref="main", way=Way.SQUASH, picks=picks)


def test_branches_are_read_once_each() -> None:
    assert read_branches("release-1.x  release/2.x release-1.x") == ("release-1.x", "release/2.x")


@pytest.mark.parametrize(
    "branch",
    ["a..b", "-x", "a~1", "a^", "a:b", "a\\b", "*", "a?", "[x", "@{u}", "/a", "a/", "a//b", "@", "x.lock"],
)
def test_what_git_takes_for_no_branch_is_none(branch: str) -> None:
    """Nothing but a branch's name comes near an address or a command line."""
    refused = read_branches(branch)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.BRANCH_MISSING


def test_more_branches_than_a_comment_should_name_are_refused() -> None:
    names = " ".join(f"release-{index}" for index in range(MOST_BRANCHES + 1))
    refused = read_branches(names)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.TOO_MANY_ARGUMENTS


@pytest.mark.parametrize(
    ("merged", "commits", "way"),
    [
        (made("Merge pull request #12", parents=2), [own("One"), own("Two")], Way.MERGE),
        (made("One (#12)"), [own("One")], Way.SQUASH),
        (made("One"), [own("One"), own("Merge main", parents=2)], Way.SQUASH),
        (made("Both (#12)"), [own("One"), own("Two")], Way.SQUASH),
        (made("Two\n"), [own("One"), own("Two")], None),
        (made("Two"), [own("One"), own("Two"), own("Merge main", parents=2)], None),
    ],
)
def test_the_way_of_a_merge_is_read_from_its_commit(
    merged: GitCommit, commits: list[Commit], way: Way | None
) -> None:
    assert way_of(merged, commits) is way


def test_a_rebase_has_every_commit_of_the_pull_request() -> None:
    commits = [own("One"), own("Merge main", parents=2), own("Two")]
    assert is_rebase([made("One"), made("Two")], commits)
    assert not is_rebase([made("Two")], commits), "a squash that kept the last message"
    assert not is_rebase([made("Other"), made("Two")], commits)


def test_a_merge_commit_is_carried_over_as_one_with_everybody_who_wrote_on_it() -> None:
    commits = [
        own("One"),
        own("Two", login="eve", email="eve@example.com"),
        own("Three"),
        own("Four", login="", email="x@example.com"),
        own("Five", login="ghost", email=""),
    ]
    assert merge_message("Dredge\nthe harbour", 12, commits) == (
        "Dredge the harbour (#12)\n\n"
        "Co-authored-by: eve <eve@example.com>\nCo-authored-by: x@example.com <x@example.com>"
    )
    assert merge_message("Dredge", 12, [own("One")]) == "Dredge (#12)"


@pytest.mark.parametrize(
    ("message", "picked"),
    [
        ("Dredge", "Dredge\n\n(cherry picked from commit {sha})\n"),
        ("Dredge\n\nWhy.\n", "Dredge\n\nWhy.\n\n(cherry picked from commit {sha})\n"),
        (
            "Dredge\n\nSigned-off-by: Ada <a@b.c>\n",
            "Dredge\n\nSigned-off-by: Ada <a@b.c>\n(cherry picked from commit {sha})\n",
        ),
        ("fix: it", "fix: it\n\n(cherry picked from commit {sha})\n"),
    ],
)
def test_a_picked_commit_says_where_it_comes_from(message: str, picked: str) -> None:
    """The line joins trailers, as git itself writes it."""
    assert picked_message(pick(message)) == picked.format(sha="a" * 40)


@pytest.mark.parametrize("told", ["[skip ci]", "[CI skip]", "[no ci]", "[skip actions]", "[actions skip]"])
def test_a_picked_commit_does_not_keep_its_checks_from_running(told: str) -> None:
    """Without them the pull request that it becomes could never be merged."""
    message = picked_message(pick(f"Bump {told}\n\nWhy.\n\n\nskip-checks: true\n"))
    assert told not in message
    assert "skip-checks" not in message
    assert message.endswith(f"Why.\n\n(cherry picked from commit {'a' * 40})\n")
    assert told not in revert_message(change(f"Bump {told}", pick()))


def test_the_opposite_of_an_opposite_is_the_change_again() -> None:
    assert revert_title('Say "no"\nhere') == 'Revert "Say "no" here"'
    assert revert_title('Revert "Say no"') == 'Reapply "Say no"'


def test_a_revert_names_every_commit_newest_first() -> None:
    message = revert_message(change("Dredge", pick(sha="a"), pick(sha="b")))
    assert message == (
        f'Revert "Dredge"\n\nThis reverts commit {"b" * 40}.\nThis reverts commit {"a" * 40}.\n\nReverts #12\n'
    )


def test_forward_and_backward_are_mirror_images() -> None:
    there, back = forward(pick(), "target"), backward([pick()], "target")
    assert (there.base_tree, there.theirs.tree, there.theirs.sha) == ("old", "new", "a" * 40)
    assert (back.base, back.base_tree, back.theirs.tree, back.theirs.sha) == ("a" * 40, "new", "old", None)


@pytest.mark.parametrize(
    ("ours", "tree", "result"),
    [("old", "new", "new"), ("new", "new", "new"), ("mine", "old", "mine"), ("mine", "new", None)],
)
def test_what_needs_no_merging_is_not_merged(ours: str, tree: str, result: str | None) -> None:
    assert obvious_tree(forward(pick(tree=tree), ours)) == result


def test_no_two_branches_of_ours_are_in_each_others_way() -> None:
    """Git keeps no branch `a` beside a branch `a/b`."""
    names = [
        name
        for target in ("release", "release/12", "release-12")
        for number in (12, 13)
        for kind in Kind
        for name in (head_branch(kind, number, target), scratch_branch(kind, number, target))
    ]
    assert not [one for one in names for other in names if other.startswith(f"{one}/")]
    assert head_branch(Kind.BACKPORT, 12, "release/1") == "pilothouse/backport/release/1/pr-12"
    assert head_branch(Kind.REVERT, 12, "main") == "pilothouse/revert/pr-12"


def test_titles_stay_one_line_and_within_githubs_limit() -> None:
    assert pull_title(Kind.BACKPORT, change("Dredge\n it"), "v1") == "[v1] Dredge it (#12)"
    assert pull_title(Kind.REVERT, change("Dredge"), "main") == 'Revert "Dredge"'
    assert len(pull_title(Kind.BACKPORT, change("x" * 400), "v1")) == 256

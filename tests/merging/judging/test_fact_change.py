"""What is read of a pull request that the policy may want merged by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.config.merging import MergeConfig
from bot.github.pulls import get_described_pull
from bot.localhub.state import git, pulls
from bot.localhub.state.nouns import Stranger
from bot.merging.judging.automatic import why_not_automatic
from bot.merging.judging.fact_change import read_change

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Pull, User
    from bot.merging.judging.fact_model import ChangeFacts
    from tests.support.story import Story

POLICY = msgspec.convert(
    {"automatic": [{"authors": ["renovate[bot]"], "bump": "patch", "files": ["*.lock"]}]}, MergeConfig
)
BRANCH = "renovate/rope"


def robot(story: Story) -> User:
    """This function will return the bot that proposes new versions."""
    return story.hub.store.user("renovate[bot]", type="Bot")


def proposed(story: Story) -> Pull:
    """This function will open the pull request of a bot."""
    author = robot(story)
    git.push(
        story.hub.store, story.repository, BRANCH, files={"rope.lock": "2"}, message="Bump", author=author
    )
    return pulls.open_pull(
        story.hub.store,
        story.repository,
        title="Bump rope from 1.0.1 to 1.0.2",
        head=BRANCH,
        author=author,
        body="`1.0.1` -> `1.0.2`",
    )


async def read(story: Story, pull: Pull, policy: MergeConfig = POLICY) -> ChangeFacts | None:
    """This function will read what the policy asks of the pull request."""
    repo = story.services.repository(story.ref)
    found, body = await get_described_pull(repo, pull.number)
    return await read_change(repo, found, body, policy=policy)


async def test_a_bots_own_signed_commits_are_its_own(story: Story) -> None:
    change = await read(story, proposed(story))
    assert change is not None
    assert (change.writers, change.files) == (("renovate[bot]",), ("rope.lock",))
    assert change.body_steps == ("1.0.1 1.0.2",)
    assert why_not_automatic(POLICY.automatic, change) == ""


async def test_a_commit_that_somebody_pushed_onto_a_bots_branch_is_not_the_bots(story: Story) -> None:
    pull = proposed(story)
    git.push(
        story.hub.store, story.repository, BRANCH, files={"x.lock": "x"}, message="More", author=story.ada
    )
    change = await read(story, pull)
    assert why_not_automatic(POLICY.automatic, change) == "it has a commit by `ada`"


async def test_an_address_alone_does_not_make_a_commit_the_bots(story: Story) -> None:
    """Git lets everybody name everybody as the author."""
    pull = proposed(story)
    tip = story.hub.store.commits[pull.head_sha]
    forged = git.commit(
        story.hub.store,
        {**tip.files, "x.lock": b"x"},
        parents=(tip.sha,),
        message="More",
        author=robot(story),
        committer=story.ada,
    )
    git.move_branch(story.hub.store, story.repository, BRANCH, forged.sha, story.ada)
    change = await read(story, pull)
    assert why_not_automatic(POLICY.automatic, change).startswith("it has a commit by somebody whom")


async def test_a_commit_of_nobody_whom_github_knows_is_nobodys(story: Story) -> None:
    pull = proposed(story)
    stranger = Stranger(login="Somebody", email="somebody@elsewhere.example")
    tip = story.hub.store.commits[pull.head_sha]
    made = git.commit(story.hub.store, tip.files, parents=(tip.sha,), message="More", author=stranger)
    git.move_branch(story.hub.store, story.repository, BRANCH, made.sha, story.ada)
    change = await read(story, pull)
    assert change is not None
    assert change.writers == ("", "renovate[bot]")


async def test_nothing_is_read_of_what_no_rule_is_about(story: Story) -> None:
    await read(story, story.pull)
    story.calls.clear()
    assert await read(story, story.pull) is None
    assert len(story.calls) == 1


async def test_files_are_read_only_where_a_rule_asks_for_them(story: Story) -> None:
    policy = msgspec.convert({"automatic": [{"authors": ["renovate[bot]"]}]}, MergeConfig)
    change = await read(story, proposed(story), policy)
    assert change is not None
    assert change.files is None


async def test_a_list_of_commits_without_the_head_proves_nothing(story: Story) -> None:
    pull = proposed(story)
    repo = story.services.repository(story.ref)
    found, body = await get_described_pull(repo, pull.number)
    git.push(
        story.hub.store, story.repository, BRANCH, files={"x.lock": "x"}, message="x", author=robot(story)
    )
    stale = msgspec.structs.replace(POLICY)
    base = story.repository.branches["main"]
    git.move_branch(story.hub.store, story.repository, BRANCH, base, story.ada)
    change = await read_change(repo, found, body, policy=stale)
    assert change is not None
    assert change.writers == ()

"""What is read of that which must be merged before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.faults import Fault
from bot.localhub.state import accounts, git, issues, pulls
from bot.merging.judging.fact_model import DependencyFact, DependencyState
from bot.merging.judging.fact_order import read_depends, read_stack

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Pull, Repository
    from tests.support.story import Story


def open_pull(story: Story, name: str, body: str = "", *, repository: Repository | None = None) -> Pull:
    """This function will open a pull request from a branch of its own."""
    place = repository or story.repository
    git.push(story.hub.store, place, name, files={f"{name}.txt": name}, message=name, author=story.ada)
    return pulls.open_pull(story.hub.store, place, title=name, head=name, author=story.ada, body=body)


async def read(story: Story, body: str) -> tuple[DependencyFact, ...]:
    """This function will read what the story's pull request depends on with this description."""
    return await read_depends(story.services, story.ref, story.pull.number, body=body)


def merge(story: Story, pull: Pull) -> None:
    """This function will merge a pull request."""
    pulls.merge(story.hub.store, story.repository, pull, method="squash", sender=story.ada)


async def test_each_state_of_what_it_depends_on(story: Story) -> None:
    waiting, merged, closed = (open_pull(story, name) for name in ("crane", "winch", "rope"))
    merge(story, merged)
    issues.set_state(
        story.hub.store, story.repository, story.repository.issues[closed.number], "closed", story.ada
    )
    body = f"Depends-On: #{waiting.number}, #{merged.number}, #{closed.number}, #9999"
    found = await read(story, body)
    assert [(one.name, one.state) for one in found] == [
        (f"#{waiting.number}", DependencyState.OPEN),
        (f"#{merged.number}", DependencyState.MERGED),
        (f"#{closed.number}", DependencyState.CLOSED),
        ("#9999", DependencyState.UNREADABLE),
    ]
    assert found[0].title == "crane"
    assert found[0].url.endswith(f"/pull/{waiting.number}")


async def test_a_circle_is_seen_from_anywhere_in_it(story: Story) -> None:
    """Two that wait for each other would wait for ever."""
    crane = open_pull(story, "crane", f"Depends-On: #{story.pull.number}")
    winch = open_pull(story, "winch", f"Depends-On: #{crane.number}")
    (found,) = await read(story, f"Depends-On: #{winch.number}")
    assert found.way_back == (f"#{winch.number}", f"#{crane.number}")
    (own,) = await read(story, f"Depends-On: #{story.pull.number}")
    assert own.way_back == (f"#{story.pull.number}",)


async def test_a_circle_elsewhere_is_not_walked_for_ever(story: Story) -> None:
    crane = open_pull(story, "crane")
    winch = open_pull(story, "winch", f"Depends-On: #{crane.number}")
    story.repository.issues[crane.number].body = f"Depends-On: #{winch.number}, #9999"
    (found,) = await read(story, f"Depends-On: #{winch.number}")
    assert (found.state, found.way_back) == (DependencyState.OPEN, ())


async def test_what_is_merged_leads_nowhere(story: Story) -> None:
    crane = open_pull(story, "crane", f"Depends-On: #{story.pull.number}")
    merge(story, crane)
    (found,) = await read(story, f"Depends-On: #{crane.number}")
    assert (found.state, found.way_back) == (DependencyState.MERGED, ())


async def test_another_repository_is_read_where_the_app_is_installed(story: Story) -> None:
    quay = accounts.create_repository(story.hub.store, "octo/quay")
    pull = open_pull(story, "bollard", f"Depends-On: octo/harbour#{story.pull.number}", repository=quay)
    name = f"octo/quay#{pull.number}"
    (found,) = await read(story, f"Depends-On: {name}")
    assert found == DependencyFact(name=name, state=DependencyState.UNREADABLE)
    accounts.install(story.hub.store, story.hub.app, quay)
    (found,) = await read(story, f"Depends-On: {name}")
    assert (found.state, found.way_back) == (DependencyState.OPEN, (name,))


async def test_what_github_will_not_show_cannot_be_read(story: Story) -> None:
    crane = open_pull(story, "crane")
    story.hub.faults.add(Fault(kind="status", path=f"/pulls/{crane.number}$", status=403))
    (found,) = await read(story, f"Depends-On: #{crane.number}")
    assert found.state is DependencyState.UNREADABLE


async def test_the_pull_request_below_is_found_by_its_branch(story: Story) -> None:
    repo = story.services.repository(story.ref)
    below = open_pull(story, "crane")
    git.push(story.hub.store, story.repository, "winch", files={"w.txt": "w"}, message="w", author=story.ada)
    above = pulls.open_pull(
        story.hub.store, story.repository, title="winch", head="winch", base="crane", author=story.ada
    )
    found = await read_stack(repo, "crane", above.number)
    assert found is not None
    assert (found.number, found.title) == (below.number, "crane")
    assert await read_stack(repo, "crane", below.number) is None
    merge(story, below)
    assert await read_stack(repo, "crane", above.number) is None

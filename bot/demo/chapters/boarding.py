"""The part of the demo's story about the train: two changes that are green alone and red together, and a third."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.chapters.merging import opened
from bot.demo.chapters.production import admin, kofi, writer
from bot.demo.telling import Sighting, Step, by_bot, link_to, says, visible
from bot.localhub.scenarios.clashes import TIDES
from bot.localhub.scenarios.harbour import POLICY
from bot.localhub.state import git, pulls

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.world import World
    from bot.localhub.state.nouns import Pull

RENAMING, CALLING, ALONE = "call-it-level", "quay-by-tide", "light-the-pier"
_COMMAND = "/merge --when-green"


def _asks_for_a_train(world: World) -> int:
    store, repository, main = (
        world.hub.store,
        world.harbour.repository,
        world.harbour.repository.default_branch,
    )
    text = store.commits[repository.branches[main]].files[POLICY]
    files = {POLICY: text.replace(b"merge:\n", b"merge:\n  train: {}\n", 1)}
    git.push(
        store, repository, main, files=files, message="chore: test changes together", author=admin(world)
    )
    return 0


def _boards(branch: str, title: str, files: Callable[[World], dict[str, bytes]]) -> Callable[[World], int]:
    def act(world: World) -> int:
        store, repository = world.hub.store, world.harbour.repository
        git.push(store, repository, branch, files=files(world), message=title, author=writer(world))
        pulls.open_pull(store, repository, title=title, head=branch, author=writer(world), body=None)
        return says(opened(branch), kofi, _COMMAND)(world)

    return act


def _renamed(world: World) -> dict[str, bytes]:
    repository = world.harbour.repository
    tip = world.hub.store.commits[repository.branches[repository.default_branch]]
    return {TIDES: tip.files[TIDES].replace(b"fn height(", b"fn level(")}


def _all_board(world: World) -> int:
    """The train has to find out which of the three does not go together with the others."""
    _asks_for_a_train(world)
    _boards(RENAMING, "refactor(tides): call the height a level", _renamed)(world)
    call = {"planner/src/quay.rs": b"pub fn quay(hour: u32) -> i32 { crate::tides::height(hour) + 50 }\n"}
    _boards(CALLING, "feat(planner): raise the quay with the tide", lambda _: call)(world)
    _boards(ALONE, "fix(pilots): light the pier at night", lambda _: {"pier.md": b"Lit.\n"})(world)
    return 0


def _rides(world: World) -> list[Pull]:
    return [opened(branch)(world) for branch in (RENAMING, CALLING, ALONE)]


def _was_main_red(world: World) -> bool:
    repository = world.harbour.repository
    on_main = [one for one in repository.runs.values() if one.head_branch == repository.default_branch]
    return any(one.latest.conclusion == "failure" for one in on_main)


def _culprit_left_out(world: World, _comment: int) -> Sighting | None:
    """One of the two that do not go together is merged with the third; the other is told with which check it is red.

    Which one depends on whose checks ended first.
    """
    *clashing, alone = _rides(world)
    merged = [pull for pull in clashing if pull.merged]
    left = [pull for pull in clashing if not pull.merged]
    if not alone.merged or len(merged) != 1 or _was_main_red(world):
        return None
    told = next((one for one in by_bot(world, left[0]) if "`train_red`" in one.body), None)
    if told is None:
        return None
    words = f"#{merged[0].number} and #{alone.number} are merged, #{left[0].number} is told why not; main was never red"
    return Sighting(words=words, url=link_to(world, left[0], told), text=visible(told))


BOARDING: tuple[Step, ...] = (
    Step(
        title="Three are tested on top of each other; the one that is red together with another is left out",
        act=_all_board,
        seen=_culprit_left_out,
        seconds=300,
    ),
)
"""The step that needs nobody to rebase anything."""
